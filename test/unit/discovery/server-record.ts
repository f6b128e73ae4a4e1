/** A record as a server makes it, for processes outside the test runner. */
import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { describeOwnProcess, type InstanceRecord } from "../../../src/discovery/index.ts";

/** A record of this process on that port, published to the usual place. */
export function makeRecord(port: number, fields: Partial<InstanceRecord> = {}): InstanceRecord {
  return {
    ...describeOwnProcess(),
    instance_id: randomUUID(),
    url: `http://localhost:${port}`,
    port,
    host: "127.0.0.1",
    version: "0.0.0",
    cwd: process.cwd(),
    db: ":memory:",
    port_file: join(process.env.CIDELDILL_HOME ?? "", "port"),
    started_at: Date.now() / 1000,
    ...fields,
  };
}
