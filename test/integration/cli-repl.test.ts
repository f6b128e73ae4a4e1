/** `cideldill repl` at the calls of a real program. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { pausedCall, post } from "../e2e/api.ts";
import { inRepository, sourcePlace } from "../e2e/source.ts";

// Each test starts several processes, on a machine that may be busy.
setDefaultTimeout(60_000);

test("evaluates once, from a script, and in several lines; what was assigned takes effect", async () => {
  await using place = sourcePlace();
  const none = await place.run(["repl"]);
  expect(none).toMatchObject({ code: 1, stdout: "" });
  expect(none.stderr).toContain("No server is running");

  const { url } = await place.serve();
  expect((await place.run(["repl"])).stderr).toContain("No call is paused");
  await post(`${url}/api/breakpoints`, { function_name: "shop.charge", behavior: "stop" });
  const program = place.spawn([
    process.execPath,
    inRepository("examples/checkout.ts"),
    ...["--debug", "ON", "--rounds", "1", "--pause", "0"],
  ]);
  expect(await place.run(["repl", "--wait", "-e", "console.log('seen'); customer.name"])).toEqual({
    code: 0,
    stdout: "'customer 1'\n",
    stderr: "seen\n",
  });
  const failed = await place.run(["repl", "-e", "nope.nope", "--json"]);
  expect(failed.code).toBe(1);
  expect(JSON.parse(failed.stdout)).toMatchObject({
    is_error: true,
    output: expect.stringContaining("nope"),
  });
  const { id } = await pausedCall(url, "shop.charge");
  expect((await place.run(["repl", "nobody", "-e", "1"])).stderr).toContain(id);

  const script = place.spawn([
    "sh",
    "-c",
    `printf 'const more = {\\n  by: 5\\n}\\namount = amount + more.by\\n.resume\\n' | ${place.shellCommand} repl ${id.slice(0, 8)}`,
  ]);
  expect(await script.finished()).toEqual({ code: 0, stdout: "undefined\n25\nReleased.\n", stderr: "" });
  await program.printed(/charged customer 1 25\.00/);

  const record = (await (await fetch(`${url}/api/repl/sessions`)).json()) as {
    sessions: { transcript: { evaluated_by: { kind: string } }[] }[];
  };
  expect(
    record.sessions.flatMap(({ transcript }) => transcript.map((entry) => entry.evaluated_by.kind)),
  ).toEqual(Array.from({ length: 4 }, () => "person"));
});
