import { describe, expect, test } from "bun:test";
import { connect, createServer } from "node:net";
import { findPeerUid, peerUid } from "../../../src/server/http/peer-uid.ts";

/** A line of /proc/net/tcp, as the kernel writes it. */
const line = (local: string, remote: string, state: string, uid: number, inode: number) =>
  `   1: ${local} ${remote} ${state} 00000000:00000000 00:00000000 00000000 ${String(uid).padStart(5)}        0 ${inode} 1 0000000000000000 20 4 30 10 -1`;
const table = (...lines: string[]) =>
  `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n${lines.join("\n")}\n`;

const LOOPBACK = "0100007F";
const MAPPED = "0000000000000000FFFF00000100007F";
const LOOPBACK6 = "00000000000000000000000001000000";
// Ports 5174 and 40000.
const [OURS, THEIRS] = ["1436", "9C40"];
const listening = line(`${LOOPBACK}:${OURS}`, "00000000:0000", "0A", 0, 11);
const find = (...tables: string[]) => findPeerUid(tables, "127.0.0.1", 40_000, 5174);

describe("the uid of a connection's other end", () => {
  test("is that of the socket whose local address is the peer's", () => {
    const ourEnd = line(`${LOOPBACK}:${OURS}`, `${LOOPBACK}:${THEIRS}`, "01", 0, 12);
    const theirEnd = line(`${LOOPBACK}:${THEIRS}`, `${LOOPBACK}:${OURS}`, "01", 1001, 13);
    expect(find(table(listening, ourEnd, theirEnd))).toBe(1001);
    expect(find(table(theirEnd, ourEnd, listening))).toBe(1001);
  });

  test("is found in the IPv6 table, mapped or not", () => {
    const mapped = line(`${MAPPED}:${THEIRS}`, `${MAPPED}:${OURS}`, "01", 1002, 13);
    expect(find(table(listening), table(mapped))).toBe(1002);
    const six = line(`${LOOPBACK6}:${THEIRS}`, `${LOOPBACK6}:${OURS}`, "01", 1003, 13);
    expect(findPeerUid([table(listening), table(six)], "::1", 40_000, 5174)).toBe(1003);
    expect(findPeerUid([table(listening), table(mapped)], "::ffff:127.0.0.1", 40_000, 5174)).toBe(1002);
  });

  test("is not that of the same ports on another address", () => {
    const elsewhere = line(`0200007F:${THEIRS}`, `${LOOPBACK}:${OURS}`, "01", 0, 13);
    const six = line(`${LOOPBACK6}:${THEIRS}`, `${LOOPBACK6}:${OURS}`, "01", 0, 14);
    expect(find(table(listening, elsewhere), table(six))).toBe("closed");
  });

  test("is nobody's once the socket is closed, though the table says 0", () => {
    for (const state of ["04", "05", "06", "08"]) {
      const orphan = line(`${LOOPBACK}:${THEIRS}`, `${LOOPBACK}:${OURS}`, state, 0, 0);
      expect(find(table(listening, orphan))).toBe("closed");
    }
    const halfClosed = line(`${LOOPBACK}:${THEIRS}`, `${LOOPBACK}:${OURS}`, "05", 1001, 15);
    expect(find(table(listening, halfClosed))).toBe(1001);
    expect(find(table(listening))).toBe("closed");
  });

  test("is unknown where the tables do not show even us", () => {
    expect(find("", "")).toBeNull();
    expect(find(table(line(`${LOOPBACK}:0016`, "00000000:0000", "0A", 0, 9)))).toBeNull();
    expect(find("garbage\nmore garbage\n\n")).toBeNull();
  });
});

describe.skipIf(process.platform !== "linux")("asking the system", () => {
  test("for a connection of this process", async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    const port = typeof address === "object" && address ? address.port : 0;
    const client = connect(port, "127.0.0.1");
    await new Promise((resolve) => client.once("connect", resolve));
    expect(peerUid("127.0.0.1", client.localPort ?? 0, port)).toBe(process.getuid?.() ?? -1);
    expect(peerUid("127.0.0.1", 1, port)).toBe("closed");
    expect(peerUid("10.1.2.3", client.localPort ?? 0, port)).toBeNull();
    client.destroy();
    server.close();
  });
});
