/**
 * The helper thread: does the network for a thread that may be blocked. Its own entry in every build, beside index.js;
 * see transports/helper-thread.ts for who starts it.
 */
import { parentPort, workerData } from "node:worker_threads";
import { post } from "./core/requests.ts";
import { Link } from "./live/link.ts";
import { Signals } from "./live/signals.ts";
import { WebSocketClient } from "./live/websocket.ts";
import { mapFrame } from "./source-maps.ts";
import { findVerified } from "./transports/find.ts";
import {
  errorAnswer,
  type HelperAnswer,
  type HelperJob,
  type HelperQuestion,
  type HelperStart,
  jobKey,
} from "./transports/helper-messages.ts";
import { sendHttp } from "./transports/http.ts";
import { Mailbox } from "./transports/mailbox.ts";

function listen(port: NonNullable<typeof parentPort>, start: HelperStart): void {
  const mailbox = new Mailbox(start.mailbox);
  /** How to look for the server, as the thread last did. */
  let wanted: { serverUrl: string | null; env: Record<string, string | undefined> } = {
    serverUrl: null,
    env: {},
  };
  const put = (key: string, text: string): void => mailbox.put(`${key}\n${text}`);
  const link = new Link({
    hello: () => start.hello,
    open: (url, listener) => new WebSocketClient(url, listener),
    signals: new Signals(start.signals),
    put,
    mapFrame,
    beat: () => mailbox.pulse(),
    report: ({ url }, body) => void sendHttp(url, post("/api/report-com-error", body)).catch(() => {}),
    locate: () => findVerified(wanted.serverUrl, wanted.env),
  });

  const perform = async (job: HelperQuestion): Promise<HelperAnswer> => {
    try {
      if (job.kind === "send") {
        return { kind: "response", response: await sendHttp(job.serverUrl, job.request) };
      }
      wanted = job;
      const server = await findVerified(job.serverUrl, job.env);
      link.meet(server);
      return { kind: "server", server };
    } catch (error) {
      return errorAnswer(error);
    }
  };

  port.on("message", (message: HelperJob | string) => {
    if (typeof message === "string") return link.take(message);
    if ("number" in message) return void answer(message);
    wanted = message;
    if (message.kind === "meet") link.meet(message.server);
    else link.seek(message.why);
  });
  const answer = async (message: HelperQuestion): Promise<void> => {
    // A beat at once, then regularly: the caller is blocked and can see nothing else of this thread.
    const pulse = mailbox.beat();
    const text = JSON.stringify(await perform(message));
    pulse.stop();
    put(jobKey(message.number), text);
  };
  mailbox.announceReady();
}

const data: unknown = workerData;
if (parentPort && typeof data === "object" && data !== null && "mailbox" in data) {
  listen(parentPort, data as HelperStart);
}
