/**
 * From starting the executable to its port being published: CID el Dill beside an empty compiled `Bun.serve` program
 * (the floor) and a one-route compiled Elysia server (the peer), alternating in one run.
 */
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { median, type Row, ratio } from "./measure.ts";

const ROUNDS = 25;
const ROOT = join(import.meta.dir, "..");

export async function startup(): Promise<Row[]> {
  const folder = mkdtempSync(join(tmpdir(), "cideldill-bench-"));
  try {
    const floor = await compile(folder, "floor");
    const peer = await compile(folder, "peer");
    const ours = join(ROOT, "dist/cideldill");
    if (!existsSync(ours)) throw new Error("dist/cideldill is missing; run `bun run build` first.");
    const file = join(folder, "port");
    const home = join(folder, "home");
    const programs = {
      floor: [floor, file],
      peer: [peer, file],
      ours: [ours, "serve", "--port", "0", "--port-file", file],
    };
    const times: Record<keyof typeof programs, number[]> = { floor: [], peer: [], ours: [] };
    for (let round = 0; round <= ROUNDS; round++) {
      for (const name of ["floor", "peer", "ours"] as const) {
        const ms = await once(programs[name], file, home);
        // The first round warms the file cache.
        if (round > 0) times[name].push(ms);
      }
    }
    const [least, other, own] = [median(times.floor), median(times.peer), median(times.ours)];
    return [
      { name: "empty compiled Bun.serve (floor)", value: `${least.toFixed(1)} ms`, ratio: "1.0x" },
      {
        name: "one-route compiled Elysia (peer)",
        value: `${other.toFixed(1)} ms`,
        ratio: ratio(other, least),
      },
      {
        name: "cideldill serve",
        value: `${own.toFixed(1)} ms`,
        ratio: ratio(own, least),
        limit: 5,
        factor: own / least,
      },
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function compile(folder: string, name: string): Promise<string> {
  const outfile = join(folder, name);
  const result = await Bun.build({
    entrypoints: [join(import.meta.dir, `programs/${name}.ts`)],
    minify: true,
    bytecode: true,
    format: "esm",
    compile: { outfile, autoloadDotenv: false, autoloadBunfig: false },
  });
  if (!result.success) throw new Error(result.logs.join("\n"));
  return outfile;
}

async function once(command: string[], file: string, home: string): Promise<number> {
  rmSync(file, { force: true });
  const start = performance.now();
  const child = Bun.spawn(command, {
    env: { PATH: process.env.PATH ?? "", HOME: home, CIDELDILL_HOME: home },
    stdin: "ignore",
    stdout: "ignore",
    stderr: "inherit",
  });
  while (!existsSync(file)) {
    if (performance.now() - start > 10_000) throw new Error(`${command[0]} published nothing within 10 s`);
    await Bun.sleep(0.2);
  }
  const ms = performance.now() - start;
  child.kill("SIGTERM");
  await child.exited;
  return ms;
}
