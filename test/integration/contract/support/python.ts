/** Python's own reader of pickles, where there is one: what a Python client makes of our answers. */

/** The interpreter, or null; `-S` keeps it quick. */
export const PYTHON = Bun.which("python3");

/** `repr` of pickles given in base64, one each. */
export async function reprs(...pickles: readonly unknown[]): Promise<string[]> {
  const code = `
import sys, json, base64, pickle
print(json.dumps([repr(pickle.loads(base64.b64decode(text))) for text in json.load(sys.stdin)]))`;
  const child = Bun.spawn([PYTHON ?? "python3", "-S", "-c", code], {
    stdin: new TextEncoder().encode(JSON.stringify(pickles)),
    stdout: "pipe",
    stderr: "pipe",
  });
  const [out, problem, exit] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ]);
  if (exit !== 0) throw new Error(problem);
  return JSON.parse(out) as string[];
}
