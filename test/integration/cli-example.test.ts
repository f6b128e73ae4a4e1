/** examples/sequence-demo.ts, as a newcomer runs it. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { pausedCall, post, release } from "../e2e/api.ts";
import { inRepository, sourcePlace } from "../e2e/source.ts";

setDefaultTimeout(60_000);

const command = (...options: string[]) => [
  process.execPath,
  inRepository("examples/sequence-demo.ts"),
  ...options,
];

test("the example runs without a server when debugging is off", async () => {
  await using place = sourcePlace();
  const { code, stdout } = await place.spawn(command("--iterations", "2")).finished();
  expect(code).toBe(0);
  expect(stdout).toEndWith("Value: 1\nValue: 2\n");
});

test("the example finds the server, pauses, and goes on with an edited number", async () => {
  await using place = sourcePlace();
  const { url } = await place.serve();
  await post(`${url}/api/breakpoints`, { function_name: "sequence_fn", behavior: "stop" });
  const example = place.spawn(command("--debug", "ON", "--iterations", "1"));
  const { id } = await pausedCall(url, "sequence_fn");
  await release(url, id, { action: "modify", modified_args: [41] });
  const { code, stdout } = await example.finished();
  expect(code).toBe(0);
  expect(stdout).toBe(`Debugging at ${url}\nValue: 42\n`);
});

test("the example says what is wrong with its options", async () => {
  await using place = sourcePlace();
  const { code, stderr } = await place.spawn(command("--iterations", "many")).finished();
  expect(code).toBe(2);
  expect(stderr).toContain("--iterations");
});
