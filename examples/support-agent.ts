/**
 * An agent that works through tickets with tools: calls within calls, some of which fail. Run it beside a server
 * (`cideldill`, then `bun examples/support-agent.ts`) and look at its tree, its timeline, its errors.
 *
 *   bun examples/support-agent.ts [tickets]
 */
import { withDebug } from "cideldill";

interface Line {
  sku: string;
  qty: number;
  price: number;
}

class Order {
  constructor(
    readonly id: string,
    readonly total: number,
    readonly lines: Line[],
  ) {}
}

class RefundRequest {
  readonly issuedAt = new Date();
  readonly meta = new Map<string, string | number>([
    ["source", "chat"],
    ["retries", 0],
  ]);
  constructor(
    readonly orderId: string,
    readonly amount: number,
    readonly lines: Line[],
  ) {}
}

const SUBJECTS = ["Refund please", "Where is my parcel?", "Wrong size", "Charged twice"];
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

withDebug("ON");

const cache = withDebug([
  "cache",
  {
    get: (key: string): unknown => (key.endsWith("7") ? { tier: "gold", since: 2019 } : undefined),
  },
]);

const tools = withDebug([
  "tools",
  {
    async findOrder(id: string): Promise<Order> {
      await pause(4);
      const lines = [
        { sku: "KX-7", qty: 1, price: 199.9 },
        { sku: "KX-9", qty: 2, price: 25 },
      ];
      return new Order(id, 249.9, lines);
    },
    async findCustomer(id: number) {
      const known = cache.get(`customer:${id}`);
      await pause(2);
      return known ?? { id, tier: id % 3 === 0 ? "silver" : "new" };
    },
    async issueRefund(request: RefundRequest): Promise<{ refunded: number }> {
      await pause(3);
      return { refunded: request.amount };
    },
    async sendMail(to: string, subject: string): Promise<{ queued: boolean }> {
      await pause(5);
      if (to.includes("3"))
        throw new RangeError(`421 try again later: mailbox of ${to} is full (${subject})`);
      return { queued: true };
    },
  },
]);

const embed = withDebug([
  "embed",
  async (text: string) => {
    await pause(3);
    return Float32Array.from({ length: 16 }, (_, at) => Math.sin(text.length * (at + 1)));
  },
]);

const complete = withDebug([
  "llm.complete",
  async (prompt: string, options: { temperature: number }) => {
    await pause(6);
    return { text: `Dear customer, about "${prompt.slice(0, 24)}…"`, tokens: prompt.length, ...options };
  },
]);

const agent = withDebug([
  "agent",
  {
    async handleTicket(ticket: { id: number; subject: string }): Promise<string> {
      const order = await tools.findOrder(`A-${1_000 + ticket.id}`);
      const customer = await tools.findCustomer(70 + (ticket.id % 10));
      await embed(ticket.subject);
      const answer = await complete(`Summarise the ticket below: ${ticket.subject}`, { temperature: 0 });
      if (ticket.subject === "Refund please")
        await tools.issueRefund(new RefundRequest(order.id, order.total, order.lines));
      try {
        await tools.sendMail(`customer-${ticket.id % 5}@example.org`, answer.text);
      } catch {
        return `ticket ${ticket.id}: told nobody (${JSON.stringify(customer)})`;
      }
      return `ticket ${ticket.id}: answered`;
    },
  },
]);

const tickets = Number(process.argv[2] ?? 20);
if (!Number.isInteger(tickets)) {
  console.error("How many tickets? bun examples/support-agent.ts [tickets]");
  process.exit(2);
}
for (let id = 1; id <= tickets; id++) {
  const subject = SUBJECTS[id % SUBJECTS.length] ?? "Hello";
  console.log(await agent.handleTicket({ id, subject }));
}
