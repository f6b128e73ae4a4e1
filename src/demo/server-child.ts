/** A breakpoint server in a process of its own, started and found like any other. */
import { type InstanceRecord, probeServer, readRecords } from "../discovery/index.ts";
import { type Child, startChild } from "./child.ts";

/** For a server to start on a busy machine, in ms; it takes a hundredth of that. */
const START_PATIENCE_MS = 30_000;

export interface ServerChild extends Child {
  readonly url: string;
  readonly port: number;
}

/**
 * Starts a server and waits until it is published and answers as the very one that was started, however many others
 * run.
 *
 * @throws Error when it does not start; what it said is on stderr already.
 * @example
 * const server = await startServer({ port: 5174 });
 */
export async function startServer(options: { port: number }): Promise<ServerChild> {
  const child = startChild(["serve", "--json", "--memory", "--port", String(options.port)], {
    stdout: "pipe",
  });
  try {
    const { url, port } = await discover(await readyLine(child.output));
    return { ...child, url, port };
  } catch (error) {
    await child.stop();
    throw error;
  }
}

/** What a server says when it is ready, as far as it is needed here. */
type Ready = Pick<InstanceRecord, "instance_id" | "url" | "port">;

async function readyLine(output: ReadableStream<Uint8Array>): Promise<Ready> {
  const failed = new Error("The server did not start");
  const late = Bun.sleep(START_PATIENCE_MS).then(() => Promise.reject(failed));
  const line = await Promise.race([firstLine(output), late]);
  if (line === "") throw failed;
  return JSON.parse(line) as Ready;
}

async function firstLine(output: ReadableStream<Uint8Array>): Promise<string> {
  const reader = output.getReader();
  const decoder = new TextDecoder();
  let text = "";
  while (!text.includes("\n")) {
    const { done, value } = await reader.read();
    if (done) break;
    text += decoder.decode(value, { stream: true });
  }
  // It says nothing more, and may not be stopped by a full pipe if it does.
  reader.cancel().catch(() => {});
  return text.split("\n")[0] ?? "";
}

/** Where the server is by its published record, or by its own word where nothing can be published; verified. */
async function discover(ready: Ready): Promise<Ready> {
  const published = readRecords().find((record) => record.instance_id === ready.instance_id) ?? ready;
  const result = await probeServer(published.url, { expectInstance: ready.instance_id, timeoutMs: 10_000 });
  if (result.outcome !== "ok")
    throw new Error(`The server at ${published.url} cannot be used: ${result.detail}`);
  return published;
}
