/** Breakpoints that think, set and met from a terminal. */
import { expect, test } from "bun:test";
import type { Place } from "../place.ts";

export function ruleScenarios(open: () => Place): void {
  test("a rule set in the terminal stops the call it is about, is answered there, and outlives the server", async () => {
    await using place = open();
    const line = async (...args: string[]) => {
      const { code, stdout, stderr } = await place.run(args);
      expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
      return stdout.trimEnd().split("\n");
    };
    const first = await place.serve();
    await line("break", "add", "charge", "--if", "args[0].matches('^A-[0-9]+$')", "--id", "orders");

    const start = (text: string) => report(first.url, text);
    expect(await start("B-1")).toMatchObject({ action: "continue" });
    const { poll_url } = (await start("A-1042")) as { poll_url: string };
    const id = poll_url.replace("/api/poll/", "");
    expect((await line("paused"))[1]).toContain('rule orders  charge("A-1042")');
    await line("resume", id.slice(0, 8), "--return", '{"ok":true}');
    const released = (await (await fetch(first.url + poll_url)).json()) as object;
    expect(released).toMatchObject({ action: { action: "skip", fake_result_data: '{"ok":true}' } });

    await line("stop");
    await place.serve();
    const [, kept = ""] = await line("break", "list");
    expect(kept).toContain("orders  charge    1/1/2");
    expect(await line("break", "rm", "orders")).toEqual(["Removed orders."]);
  }, 60_000);
}

/** What a debuggee is told about a call of `charge`. */
async function report(url: string, text: string): Promise<object> {
  const data = JSON.stringify(text);
  const cid = new Bun.CryptoHasher("sha512").update(data).digest("hex");
  const response = await fetch(`${url}/api/call/start`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({
      method_name: "charge",
      args: [{ cid, data, serialization_format: "json" }],
      preferred_format: "json",
      process_pid: process.pid,
      process_start_time: 1,
    }),
  });
  return (await response.json()) as object;
}
