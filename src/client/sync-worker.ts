/**
 * The helper thread: does the network for a thread that is blocked in a synchronous call. Its own entry in every build,
 * beside index.js; see transports/sync.ts for who starts it.
 */
import { parentPort, workerData } from "node:worker_threads";
import { findVerified } from "./transports/find.ts";
import { errorAnswer, type HelperAnswer, type HelperJob } from "./transports/helper-messages.ts";
import { sendHttp } from "./transports/http.ts";
import { Mailbox } from "./transports/mailbox.ts";

async function perform(job: HelperJob): Promise<HelperAnswer> {
  try {
    if (job.kind === "locate") {
      return { kind: "server", server: await findVerified(job.serverUrl, job.env) };
    }
    return { kind: "response", response: await sendHttp(job.serverUrl, job.request) };
  } catch (error) {
    return errorAnswer(error);
  }
}

const data: unknown = workerData;
if (parentPort && typeof data === "object" && data !== null && "mailbox" in data) {
  const mailbox = new Mailbox(data.mailbox as SharedArrayBuffer);
  parentPort.on("message", async (job: HelperJob) => {
    // A beat at once, then regularly: the caller is blocked and can see nothing else of this thread.
    const pulse = mailbox.beat();
    const answer = await perform(job);
    pulse.stop();
    mailbox.put(JSON.stringify(answer));
  });
  mailbox.announceReady();
}
