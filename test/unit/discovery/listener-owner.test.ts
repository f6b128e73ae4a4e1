import { expect, test } from "bun:test";
import { createServer } from "node:net";
import { listenerUids } from "../../../src/discovery/listener-owner.ts";
import { probeServer } from "../../../src/discovery/probe.ts";

const HEAD =
  "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode";
const line = (local: string, state: string, uid: number) =>
  `   0: ${local} 00000000:0000 ${state} 00000000:00000000 00:00000000 00000000  ${uid}        0 12345 1`;

test("case 22: the users who listen on a port, of either family; connections and other ports do not count", () => {
  const ipv4 = [
    HEAD,
    line("0100007F:1436", "0A", 1000),
    line("0100007F:1436", "01", 65534),
    line("0100007F:1437", "0A", 1),
  ];
  const ipv6 = [HEAD, line("00000000000000000000000001000000:1436", "0A", 1001)];
  expect(listenerUids(5174, [ipv4.join("\n"), ipv6.join("\n")])).toEqual([1000, 1001]);
  expect(listenerUids(5174, [HEAD, ""])).toEqual([]);
});

test.skipIf(process.platform !== "linux")("case 22: a listener of our own is seen as ours", async () => {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const address = server.address();
  const port = typeof address === "object" && address ? address.port : 0;
  expect(listenerUids(port)).toEqual([process.getuid?.() ?? -1]);
  server.close();
});

const canBeAnother =
  process.platform === "linux" && process.getuid?.() === 0 && Bun.which("setpriv") !== null;

test.skipIf(!canBeAnother)(
  "case 22: a server of another user is refused, though it says that it is one",
  async () => {
    const program = `const server = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: () => Response.json({
    service: "cideldill", version: "0.1.0", protocol_version: 1, instance_id: "theirs", pid: process.pid, started_at: 1 }) });
    console.log(server.port);`;
    const child = Bun.spawn(
      ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", process.execPath, "-e", program],
      { env: { PATH: process.env.PATH ?? "", HOME: "/tmp" }, cwd: "/", stdout: "pipe", stderr: "inherit" },
    );
    try {
      const { value } = await child.stdout.getReader().read();
      const port = Number(new TextDecoder().decode(value));
      const result = await probeServer(`http://127.0.0.1:${port}`);
      expect(result.outcome).toBe("stranger");
      expect(result.detail).toContain("another user (uid 65534)");
    } finally {
      child.kill();
      await child.exited;
    }
  },
);
