/**
 * A program under debugging with the real client that nobody pauses: told `COUNT RATE`, it makes so many calls at so many
 * a second and prints how many it has made. Each thousandth has a needle among its arguments.
 */
import { withDebug } from "../../../src/client/index.ts";

withDebug("ON");
const pack = withDebug([
  "shop.pack",
  (id: number, order: { id: string; note: string }) => id + order.id.length,
]);

let made = 0;
for await (const line of console) {
  const [count = 0, rate = 1_000] = line.split(" ").map(Number);
  const [first, begun] = [made, performance.now()];
  while (made < first + count) {
    const due = Math.min(count, Math.ceil(((performance.now() - begun) / 1_000) * rate));
    for (; made < first + due; made++)
      pack(made, { id: `order-${made}`, note: made % 1_000 === 999 ? "needle" : "hay" });
    await Bun.sleep(10);
  }
  console.log(made);
}
