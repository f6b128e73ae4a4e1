/** What is said of those who used a server that was stopped. */
import { expect, test } from "bun:test";
import { effectsText, stopEffects } from "../../../src/commands/stop-effects.ts";
import { ChannelClient } from "../../support/channel-client.ts";
import { startTestServer } from "../../support/server.ts";
import { makeRecord } from "../discovery/server-record.ts";

test("nobody, one and many", () => {
  expect(effectsText(0, [])).toBe("");
  expect(effectsText(1, [])).toBe("1 call was paused there");
  expect(effectsText(0, ["shop.ts 412"])).toBe("connected was shop.ts 412");
  expect(effectsText(3, ["a 1", "b 2"])).toBe("3 calls were paused there; connected were a 1, b 2");
  expect(effectsText(0, ["a 1", "b 2", "c 3", "d 4", "e 5", "f 6", "g 7"])).toEndWith("e 5 and 2 more");
});

test("a running server is asked; one that is gone is not waited for", async () => {
  const server = await startTestServer();
  const record = { ...makeRecord(server.port), url: server.url };
  expect(await stopEffects(record)).toBe("");
  using program = await ChannelClient.connect(server.url);
  await program.next("welcome");
  expect(await stopEffects(record)).toBe(`connected was shop.ts ${process.pid}`);
  await server.stop();
  expect(await stopEffects(record)).toBe("");
});
