/** Makes a great many calls nobody watches; with the same arguments, or with new ones each time. Prints JSON when it is done. */
const [library = "", server = "", count = "0", kind = "same"] = process.argv.slice(2);
const { withDebug, configureDebug } = (await import(library)) as typeof import("../../src/client/index.ts");

configureDebug({ serverUrl: server });
withDebug("ON");
const charge = withDebug([
  "bench.charge",
  (id: number, order: { id: string; amount: number }) => id + order.amount,
]);
const order = { id: "A-1042", amount: 249.9 };
const calls = Number(count);
const start = performance.now();
for (let i = 0; i < calls; i++) {
  if (kind === "same") charge(7, order);
  else charge(i, { id: `A-${i}`, amount: i / 8 });
}
console.log(JSON.stringify({ madeMs: performance.now() - start, startedAt: performance.timeOrigin + start }));
