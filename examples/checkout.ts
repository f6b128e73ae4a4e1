/**
 * A shop that now and then charges a customer less than nothing: a program with a bug to find with breakpoints, by hand or
 * with an AI agent (docs/mcp.md).
 *
 *   cideldill                                          in one terminal
 *   bun examples/checkout.ts --debug ON                in another
 *
 * Then open the server's page, or tell your agent: "checkout.ts sometimes charges negative amounts; find out why".
 */
import { parseArgs } from "node:util";
import { withDebug } from "cideldill";

interface Line {
  sku: string;
  price: number;
  qty: number;
}

interface Order {
  id: number;
  lines: Line[];
  coupon: string | null;
}

/** Percent off, by coupon. */
const COUPONS: Record<string, number> = { SPRING: 10, WELCOME: 15, CLEARANCE: 40 };

function subtotal(order: Order): number {
  return order.lines.reduce((sum, line) => sum + line.price * line.qty, 0);
}

/** What the customer saves. */
function discount(order: Order): number {
  const percent = order.coupon === null ? 0 : (COUPONS[order.coupon] ?? 0);
  // One discount for each line, though the coupon is for the order.
  return order.lines.reduce((sum) => sum + (subtotal(order) * percent) / 100, 0);
}

function charge(amount: number, customer: { name: string }): string {
  return `charged ${customer.name} ${amount.toFixed(2)}`;
}

const ORDERS: Order[] = [
  { id: 1, coupon: null, lines: [{ sku: "pen", price: 2, qty: 10 }] },
  { id: 2, coupon: "SPRING", lines: [{ sku: "book", price: 30, qty: 1 }] },
  {
    id: 3,
    coupon: "CLEARANCE",
    lines: [
      { sku: "lamp", price: 40, qty: 1 },
      { sku: "desk", price: 200, qty: 1 },
      { sku: "chair", price: 80, qty: 2 },
    ],
  },
];

const { values } = parseArgs({
  options: {
    debug: { type: "string", short: "d", default: "OFF" },
    rounds: { type: "string", short: "r", default: "1000" },
    pause: { type: "string", short: "p", default: "0.2" },
  },
});

const { serverUrl } = withDebug(values.debug);
if (serverUrl) console.log(`Debugging at ${serverUrl}`);
const shop = withDebug(["shop", { subtotal, discount, charge }]);

for (let round = 0; round < Number(values.rounds); round++) {
  for (const order of ORDERS) {
    const amount = shop.subtotal(order) - shop.discount(order);
    console.log(`order ${order.id}: ${shop.charge(amount, { name: `customer ${order.id}` })}`);
    await new Promise((done) => setTimeout(done, Number(values.pause) * 1_000));
  }
}
