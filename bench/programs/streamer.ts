/** Makes calls nobody watches at a steady rate, with new arguments each time, until its time is over. */
const [library = "", server = "", rate = "10000", seconds = "30"] = process.argv.slice(2);
const { withDebug, configureDebug } = (await import(library)) as typeof import("../../src/client/index.ts");

configureDebug({ serverUrl: server });
withDebug("ON");
const charge = withDebug([
  "bench.charge",
  (id: number, order: { id: string; amount: number }) => id + order.amount,
]);
const begun = performance.now();
const elapsed = () => (performance.now() - begun) / 1_000;
let made = 0;
// As many as the machine lets it make in its time.
while (elapsed() < Number(seconds)) {
  const due = elapsed() * Number(rate);
  for (let some = 0; made < due && some < 2_000; made++, some++)
    charge(made, { id: `order-${made}`, amount: made / 8 });
  await new Promise((resolve) => setTimeout(resolve, 10));
}
const { user, system } = process.cpuUsage();
console.log(JSON.stringify({ made, seconds: elapsed(), cpuSeconds: (user + system) / 1e6 }));
