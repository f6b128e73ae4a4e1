import { describe, expect, test } from "bun:test";
import { existsSync, rmSync } from "node:fs";
import fc from "fast-check";
import { prettyOf, reprOf } from "../../../src/server/values/index.ts";
import { PICKLES } from "./fixtures/pickles.ts";

const raw = (text: string): Uint8Array => Buffer.from(text, "latin1");

/** Where the hostile fixture's os.system would leave its mark. */
const RAN = "/tmp/cideldill-pickle-ran";

describe("hostile pickles", () => {
  test("case 20: a pickle that would run os.system is shown, and nothing runs", () => {
    rmSync(RAN, { force: true });
    for (const base64 of PICKLES.hostile ?? []) {
      const bytes = Uint8Array.fromBase64(base64 ?? "");
      expect(String(prettyOf("dill", bytes))).toContain("os.system('touch");
      expect(reprOf("dill", bytes)).toContain("not run");
    }
    expect(existsSync(RAN)).toBe(false);
  });

  test("calls that act say that they are calls, however they are spelled", () => {
    const call = "(a call stored in the pickle; not run)";
    expect(String(prettyOf("dill", raw("cbuiltins\neval\n(S'1'\ntR.")))).toBe(`eval('1')  ${call}`);
    expect(String(prettyOf("dill", raw("csubprocess\nPopen\n(S'ls'\ntR.")))).toBe(
      `subprocess.Popen('ls')  ${call}`,
    );
    // getattr(__import__('os'), 'system')('ls')
    const nested = "cbuiltins\ngetattr\n(cbuiltins\n__import__\n(S'os'\ntRS'system'\ntR(S'ls'\ntR.";
    expect(String(prettyOf("dill", raw(nested)))).toContain("__import__('os')");
    expect(String(prettyOf("dill", raw(nested)))).toEndWith(call);
  });

  test("a state set on a class is shown", () => {
    expect(prettyOf("dill", raw("cos\nsystem\n}S'a'\nK\x01sb."))).toBe(
      "<function os.system changed by {'a': 1}>",
    );
  });

  test("names cannot fake a page or a terminal", () => {
    const shown = String(prettyOf("dill", raw("cm\x1b[31m\n\xe2\x80\xaename\n.")));
    expect(shown).toBe("<function m\\x1b[31m.\\u202ename>");
  });

  test("billion laughs are bounded", () => {
    let pickle = "]q\x00";
    for (let level = 1; level <= 40; level += 1) {
      pickle += `](${`h${String.fromCharCode(level - 1)}`.repeat(10)}eq${String.fromCharCode(level)}`;
    }
    const bytes = raw(`${pickle}.`);
    const started = performance.now();
    expect(JSON.stringify(prettyOf("dill", bytes)).length).toBeLessThan(500_000);
    expect(reprOf("dill", bytes).length).toBeLessThanOrEqual(200);
    expect(performance.now() - started).toBeLessThan(2_000);
  });

  test("100,000 levels are cut where a reader has long stopped", () => {
    const lists = prettyOf("dill", raw(`${"]".repeat(100_000)}${"a".repeat(99_999)}.`));
    expect(JSON.stringify(lists)).toContain("[… (1 items)]");

    const nested = raw(`${"cm\nF\n".repeat(50_000)}N${"\x85R".repeat(50_000)}.`);
    expect(reprOf("dill", nested, 2_000)).toContain("<too deep to show>");
  });

  test("what cannot be read says so, with the reason", () => {
    expect(prettyOf("dill", raw("garbage"))).toBe(
      "<unreadable pickle: byte 0: the pickle ends early: a line has no end (7 bytes)>",
    );
    expect(reprOf("dill", raw(""))).toBe(
      "<unreadable pickle: byte 0: the pickle ends early: there is no STOP (0 bytes)>",
    );
    expect(String(prettyOf("json", raw("{")))).toStartWith("<unreadable JSON: ");
  });

  test("random bytes never throw", () => {
    const opcodes = Array.from("()lae]tdsu}.0012qhcioRbNK\x81\x85\x86\x87\x88\x8f\x90\x91\x93\x94\x97\x98");
    const noise = fc.oneof(
      fc.uint8Array({ maxLength: 100 }),
      fc.array(fc.constantFrom(...opcodes), { maxLength: 80 }).map((ops) => raw(`cos\nx\n${ops.join("")}.`)),
    );
    fc.assert(
      fc.property(noise, (bytes) => {
        for (const format of ["dill", "json"] as const) {
          expect(() => JSON.stringify(prettyOf(format, bytes))).not.toThrow();
          expect(reprOf(format, bytes, 80).length).toBeLessThanOrEqual(80);
        }
      }),
      { numRuns: 2_000 },
    );
  });
});
