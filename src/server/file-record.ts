/** The record in a file without a server: the paths of the REST API that only ask, answered in this process. */
import { SQLiteError } from "bun:sqlite";
import { Elysia } from "elysia";
import { isServerRunning } from "../discovery/is-server-running.ts";
import { Refusal } from "./engine/refusal.ts";
import { responseOf } from "./errors.ts";
import { asRefusal } from "./http/failures.ts";
import { knownNames } from "./record/known-names.ts";
import { recordReading } from "./routes/records.ts";
import { sessionReading } from "./routes/sessions.ts";
import { openFile } from "./store/file-store.ts";

/**
 * @throws StoreError when the file cannot be read.
 * @example
 * const ask = openFileRecord("/home/me/.cideldill/cideldill.db");
 * const response = await ask("/api/calls?q=refund");
 */
export function openFileRecord(path: string): (path: string) => Promise<Response> {
  const store = openFile(path, isServerRunning);
  const app = new Elysia({ normalize: false })
    .onError(({ error, code, request, path: asked }) =>
      responseOf(
        error instanceof SQLiteError
          ? new Refusal("internal_error", `Cannot read the database ${path}: ${error.message}.`)
          : asRefusal(error, code, request.method, asked, () => false),
      ),
    )
    .use(recordReading(store, () => Date.now() / 1000))
    .use(sessionReading(store))
    .get("/api/functions", () => ({ functions: knownNames(store).functions() }));
  return (asked) => app.handle(new Request(`http://localhost${asked}`));
}
