/** Makes calls that pause, one after the other, and notes when each returned. */
const [library = "", server = "", count = "0", kind = "async"] = process.argv.slice(2);
const { withDebug, configureDebug } = (await import(library)) as typeof import("../../src/client/index.ts");

configureDebug({ serverUrl: server });
withDebug("ON");
const name = "bench.stop";
const call =
  kind === "sync" ? withDebug([name, (a: number) => a]) : withDebug([name, async (a: number) => a]);
const returned: number[] = [];
for (let i = 0; i < Number(count); i++) {
  if (kind === "sync") call(i);
  else await call(i);
  returned.push(performance.timeOrigin + performance.now());
}
console.log(JSON.stringify(returned));
