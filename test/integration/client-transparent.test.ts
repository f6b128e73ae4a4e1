/** Programs do wrapped what they do bare (case 15), in Bun and Node, streamed and asked about; and one pause has one decision. */
import { afterAll, expect, test } from "bun:test";
import type { PausedCall } from "../../src/protocol/pauses.ts";
import { startTestServer, type TestServer } from "../support/server.ts";
import { eventually, RUNTIMES, Workshop } from "../unit/client/support/debuggee.ts";

const shop = new Workshop();
afterAll(() => shop[Symbol.dispose]());

const post = (server: TestServer, path: string, body: object, actor = "script") =>
  fetch(server.url + path, {
    method: "POST",
    headers: { "content-type": "application/json", "x-cideldill-actor": actor },
    body: JSON.stringify(body),
  });

type Call = { function_name: string; status: string };

/** Each runs once as it is and once with everything in it wrapped; what differs is said. */
const CHECKS = `
      const out = [];
      const check = async (name, make) => {
        const run = async (wrap) => {
          try {
            return JSON.stringify(await make(wrap));
          } catch (error) {
            return "threw " + error;
          }
        };
        const [bare, wrapped] = [await run((x) => x), await run((x) => withDebug(["w " + name, x]))];
        if (bare !== wrapped || bare.startsWith("threw")) out.push([name, bare, wrapped]);
      };
      await check("generator returned early", (w) => { const log = []; const g = w(function* () { try { yield 1; yield 2; } finally { log.push("done"); } }); for (const x of g()) { log.push(x); break; } return log; });
      await check("async iterator broken out of", async (w) => { const log = []; const g = w(async function* () { try { yield 1; yield 2; } finally { log.push("done"); } }); for await (const x of g()) { log.push(x); break; } return log; });
      await check("object with iterators", async (w) => { const o = w({ *[Symbol.iterator]() { yield 1; yield 2; }, async *[Symbol.asyncIterator]() { yield 3; } }); const l = [...o]; for await (const x of o) l.push(x); return l; });
      await check("getter this", (w) => { class A { #x = 1; get x() { return this.#x; } set x(v) { this.#x = v; } static s() { return this === A || this.name; } }; const a = w(new A()); a.x = 5; return [a.x, w(A).s()]; });
      await check("subclass", (w) => { const B = w(class B { constructor(x) { this.x = x; this.t = new.target.name; } m() { return "B" + this.x; } static n() { return new this(1).m(); } }); class C extends B { m() { return "C" + super.m(); } } const c = new C(2); return [c.m(), c instanceof B, c instanceof C, c.t, C.n(), B.n()]; });
      await check("symbol keys", (w) => { const s = Symbol("s"); const o = w({ [s](a) { return [a, this === undefined]; } }); return [o[s](1), Object.getOwnPropertySymbols(o).length, s in o]; });
      await check("frozen", (w) => { const o = w(Object.freeze({ f() { return 1; } })); return [o.f(), Object.isFrozen(o)]; });
      await check("proxy of proxy", (w) => { const p = new Proxy(function f(a) { return a + 1; }, { apply: (t, th, args) => Reflect.apply(t, th, args) * 2 }); return w(w(p))(3); });
      await check("sync throw in async", async (w) => { const f = w(async (a) => { if (a) throw new TypeError("x"); }); const p = f(1); return [p instanceof Promise, await p.catch((e) => e.message)]; });
      await check("sync throw of plain", (w) => { const e = { odd: 1 }; try { w(() => { throw e; })(); } catch (x) { return x === e; } });
      await check("throw undefined", (w) => { try { w(() => { throw undefined; })(); return "no"; } catch (x) { return x === undefined; } });
      await check("toJSON reentry", (w) => { const o = w({ n: 0, toJSON() { this.n++; return { n: this.n }; } }); const f = w((x) => JSON.stringify(x)); return [f(o), o.n]; });
      await check("name length toString", (w) => { const f = w(function foo(a, b) { return 1; }); return [f.name, f.length, typeof f.toString(), String(f), w({ m() { return 5; } }).m.toString(), String(w(class A { x = 1 }))]; });
      await check("bind call apply", (w) => { const f = w(function (a, b) { return [this?.q, a, b]; }); return [f.bind({ q: 1 }, 2)(3), f.call({ q: 4 }, 5), f.apply({ q: 6 }, [7, 8])]; });
      await check("map set date", (w) => { const m = w(new Map([[1, 2]])); m.set(3, 4); const d = w(new Date(5)); return [[...m], m.size, d.getTime(), +d, JSON.stringify(d), w(new Set([1])).has(1)]; });
      await check("thenable object", async (w) => { const t = w({ then(ok) { ok(7); } }); return await t; });
      await check("typed array", (w) => { const t = w(new Uint8Array([1, 2])); t[0] = 9; return [t[0], t.length, [...t], t.map((x) => x * 2).length]; });
      await check("recursion through wrapper", (w) => { const fib = w((n) => n < 2 ? n : fib(n - 1) + fib(n - 2)); return fib(12); });
      await check("recursion", (w) => { const down = w((n) => n === 0 ? 0 : 1 + down(n - 1)); return down(600); });
      await check("callers in an error's stack", (w) => { const fails = w(() => { throw new Error("x"); }); function theCaller() { fails(); return 1; } try { theCaller(); } catch (error) { return error.stack.includes("theCaller"); } });
      await check("itself: a property, a getter, an argument, a promise", async (w) => {
        class A { #x = 1; f() {} get me() { return this; } same(o) { return this === o && o.#x === 1; } isOwn() { return this.own === this; } async later() { return this; } }
        const a = new A(); a.self = a; const b = w(a); b.own = b;
        return [b.self === b, b.own === b, b.me === b, b.same(b), b.isOwn(), (await b.later()) === b];
      });
      await check("new of a member", (w) => { function F() { this.same = new.target === F; } const o = w({ F }); return [new o.F().same, new o.F() instanceof o.F]; });
      await check("delete has define", (w) => { const o = w({ a: 1, f() {} }); delete o.a; Object.defineProperty(o, "z", { value: 3, configurable: true }); return ["a" in o, o.z, Object.keys(o)]; });
      await check("promise all of same", async (w) => { const f = w(async (x) => x); return Promise.all([f(1), f(2), f(f(3))]); });
      await check("event target", (w) => { const e = w(new EventTarget()); let n = 0; e.addEventListener("x", () => n++); e.dispatchEvent(new Event("x")); return n; });
      await check("arguments object", (w) => w(function () { return arguments.length; })(1, 2, undefined));
      await check("structuredClone refusal", (w) => { try { structuredClone(w(() => 1)); return "cloned"; } catch (e) { return e.name; } });
      say(out);`;

for (const runtime of RUNTIMES) {
  for (const watched of [false, true]) {
    test(`${runtime}: wrapped programs do what they did, ${watched ? "asked about" : "streamed"}`, async () => {
      await using server = await startTestServer();
      if (watched) {
        const rule = { function: "w *", match: "glob", action: { type: "log", template: "seen" } };
        expect((await post(server, "/api/rules", rule)).ok).toBe(true);
      }
      const env = { CIDELDILL_SERVER_URL: server.url };
      const program = await shop.start(runtime, `withDebug("ON");${CHECKS}`, env);
      expect(await program.said()).toEqual([[]]);
    }, 30_000);
  }
}

for (const runtime of RUNTIMES) {
  test(`${runtime}: a program's fake timers neither see the library's nor stop them`, async () => {
    await using server = await startTestServer();
    await post(server, "/api/rules", {
      function: "asked*",
      match: "glob",
      action: { type: "log", template: "seen" },
    });
    const code = `
      withDebug("ON");
      const real = setTimeout;
      let faked = 0;
      for (const name of ["setTimeout", "setInterval"]) globalThis[name] = () => ++faked;
      for (const name of ["clearTimeout", "clearInterval"]) globalThis[name] = () => ++faked;
      Date.now = performance.now = () => 0;
      const free = [withDebug(["free", (n) => n]), withDebug(["freeAsync", async (n) => n])];
      const asked = [withDebug(["asked", (n) => n]), withDebug(["askedAsync", async (n) => n])];
      for (const f of [...free, ...asked]) say(await f(1));
      await new Promise((done) => real(done, 100));
      say(faked);`;
    const program = await shop.start(runtime, code, { CIDELDILL_SERVER_URL: server.url });
    expect(await program.said()).toEqual([1, 1, 1, 1, 0]);
    const { calls } = (await (await fetch(`${server.url}/api/calls`)).json()) as { calls: Call[] };
    expect(calls.map(({ function_name, status }) => `${function_name} ${status}`).sort()).toEqual(
      ["asked", "askedAsync", "free", "freeAsync"].map((name) => `${name} success`),
    );
  }, 30_000);

  test(`${runtime}: a stack limit that the program took away stays away`, async () => {
    await using server = await startTestServer();
    const code = `
      withDebug("ON");
      delete Error.stackTraceLimit;
      withDebug(["f", () => 1])();
      say("stackTraceLimit" in Error);`;
    const program = await shop.start(runtime, code, { CIDELDILL_SERVER_URL: server.url });
    expect(await program.said()).toEqual([false]);
  }, 30_000);

  for (const when of ["before", "after"]) {
    test(`${runtime}: what hangs on a promise stays there, decided about ${when} the call`, async () => {
      await using server = await startTestServer();
      const rule = { function: "get", when, action: { type: "log", template: "seen" } };
      expect((await post(server, "/api/rules", rule)).ok).toBe(true);
      const code = `
        withDebug("ON");
        const get = withDebug(["get", () => Object.assign(Promise.resolve(1), { json: async () => 2 })]);
        const request = get();
        say([await request.json(), await request, request instanceof Promise]);`;
      const program = await shop.start(runtime, code, { CIDELDILL_SERVER_URL: server.url });
      expect(await program.said()).toEqual([[2, 1, true]]);
    }, 30_000);
  }
}

test("several release one pause at once: one decision stands, the others are told whose", async () => {
  await using server = await startTestServer();
  await post(server, "/api/breakpoints", { function_name: "work", behavior: "stop" });
  const code = `withDebug("ON"); const w = withDebug(["work", (n) => n]); for (let i = 0; i < 10; i++) say(w(i));`;
  const program = await shop.start("bun", code, { CIDELDILL_SERVER_URL: server.url });
  const winners: string[] = [];
  for (let round = 0; round < 10; round++) {
    const pause = await eventually("a pause", async () => {
      const { paused } = (await (await fetch(`${server.url}/api/paused`)).json()) as { paused: PausedCall[] };
      return paused[0];
    });
    const answers = await Promise.all(
      ["person:Ann", "person:Bob", "agent:Claude"].map(async (who) => {
        const body = { action: "skip", fake_result: who };
        const answer = await post(server, `/api/paused/${pause.id}/continue`, body, who);
        return { who, status: answer.status, body: (await answer.json()) as Record<string, unknown> };
      }),
    );
    const winner = answers.find(({ status }) => status === 200)?.who ?? "nobody";
    winners.push(winner);
    const [kind, name] = winner.split(":");
    const others = answers.filter(({ status }) => status === 409);
    expect(others.length).toBe(2);
    for (const { body } of others) {
      expect(body).toMatchObject({
        error: "pause_already_resumed",
        decided_by: { kind, name },
        action: "skip",
      });
      expect(body.message).toContain(`${kind} (${name})`);
    }
  }
  expect(await program.said()).toEqual(winners);
}, 30_000);
