/** How a server says who it is. Apart from its schema: who looks for a server needs no validator. */
export interface Health {
  service: "cideldill";
  version: string;
  protocol_version: number;
  /** New with every start of a server. */
  instance_id: string;
  pid: number;
  /** In Unix seconds. */
  started_at: number;
}
