/** examples/contract.py: a client of nothing but HTTP and JSON, with each action. */
import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { pausedCall, post, release } from "../e2e/api.ts";
import { inRepository, sourcePlace } from "../e2e/source.ts";
import { PYTHON } from "./contract/support/python.ts";

setDefaultTimeout(60_000);

const command = [PYTHON ?? "python3", inRepository("examples/contract.py")];

describe.skipIf(PYTHON === null)("examples/contract.py", () => {
  test("without a breakpoint it runs, and its call is in the record", async () => {
    await using place = sourcePlace();
    const { url } = await place.serve();
    const { code, stdout } = await place.spawn(command).finished();
    expect([code, stdout]).toEqual([0, "charged A-1042: 249.9\n"]);
    const { calls } = (await (await fetch(`${url}/api/calls?q=fn:charge`)).json()) as { calls: unknown[] };
    expect(calls).toMatchObject([
      {
        status: "success",
        args_text: '"A-1042", 249.9',
        result_text: '"charged A-1042: 249.9"',
        call_site: { filename: expect.stringContaining("contract.py"), function: "<module>" },
      },
    ]);
  });

  test.each<[what: string, decision: object, said: string]>([
    ["resumed", {}, "charged A-1042: 249.9"],
    ["edited", { action: "modify" }, "charged A-1042: 24.99"],
    ["skipped", { fake_result: "not today" }, "not today"],
    ["broken", { exception_type: "CardError", exception_message: "declined" }, "CardError: declined"],
    ["replaced", { replacement_function: "charge" }, "charged A-1042: 249.9"],
  ])("a paused call is %s", async (what, decision, said) => {
    await using place = sourcePlace();
    const { url } = await place.serve();
    await post(`${url}/api/breakpoints`, { function_name: "charge", behavior: "stop" });
    const example = place.spawn(command);
    const { id, call_data: call } = await pausedCall(url, "charge");
    expect(call.signature).toBe("(order, amount)");
    const edit = what === "edited" ? { modified_args: [{ cid: call.args[0]?.cid }, 24.99] } : {};
    await release(url, id, { ...decision, ...edit });
    const { stdout, stderr } = await example.finished();
    expect(stdout + stderr).toContain(`${said}\n`);
  });

  test("it waits again after the call", async () => {
    await using place = sourcePlace();
    const { url } = await place.serve();
    await post(`${url}/api/breakpoints`, { function_name: "charge", behavior: "stop" });
    const example = place.spawn(command);
    await release(url, (await pausedCall(url, "charge")).id, { pause_after: true });
    const after = await pausedCall(url, "charge");
    expect(after.call_data.pretty_result).toBe("charged A-1042: 249.9");
    await release(url, after.id);
    expect((await example.finished()).code).toBe(0);
  });
});
