/** Writes the help from what the commands declare. */
import { VERSION } from "../protocol/version.ts";
import type { CommandMeta } from "./command.ts";
import { COMMON, optionName, type Spec, type Specs } from "./options.ts";
import type { Style } from "./style.ts";
import { twoColumns, wrap } from "./text.ts";

/** Longer lines are hard to read, however wide the terminal is. */
const MAX_COLUMNS = 88;

export interface Page {
  style: Style;
  columns: number;
}

const widthOf = ({ columns }: Page) => Math.min(columns, MAX_COLUMNS);

function section(title: string, lines: readonly string[], { style }: Page): string[] {
  return lines.length === 0 ? [] : ["", style.bold(title), ...lines];
}

const list = (rows: readonly (readonly [string, string])[], page: Page) => twoColumns(rows, widthOf(page));

/** The overview. */
export function overview(commands: readonly CommandMeta[], page: Page): string[] {
  return [
    `${page.style.bold(`CID el Dill ${VERSION}`)} pauses function calls of running programs, to look at`,
    "them, change them and let them go on.",
    ...section("Usage", ["  cideldill [COMMAND] [OPTIONS]"], page),
    ...section(
      "Commands",
      list(
        commands.map((meta) => [meta.name, meta.summary]),
        page,
      ),
      page,
    ),
    ...section(
      "Start here",
      list(
        [
          ["cideldill", "start the server, on port 5174 or any free one"],
          ["cideldill demo", "see a program being paused"],
          ["cideldill help COMMAND", "the options of a command"],
        ],
        page,
      ),
      page,
    ),
  ];
}

/** The help of one command. */
export function commandHelp(meta: CommandMeta, page: Page): string[] {
  const argument = meta.argument === undefined ? "" : ` ${meta.argument}`;
  const usage = (meta.usages ?? [`${argument} [OPTIONS]`.trim()]).map((line) =>
    `  cideldill ${meta.name} ${line}`.trimEnd(),
  );
  const about = meta.description === undefined ? [] : ["", ...wrap(meta.description, widthOf(page))];
  const examples = meta.examples.flatMap(([line, what]) => [`  ${line}`, `      ${what}`]);
  return [
    `${page.style.bold(`cideldill ${meta.name}`)}: ${meta.summary}`,
    ...section("Usage", usage, page),
    ...about,
    ...section("Options", list(optionRows({ ...meta.options, help: COMMON.help }), page), page),
    ...(meta.table === undefined ? [] : section(meta.table.title, list(meta.table.rows, page), page)),
    ...section("Examples", examples, page),
  ];
}

function optionRows(options: Specs): (readonly [string, string])[] {
  return Object.entries(options).map(([key, spec]) => [written(key, spec), spec.help] as const);
}

function written(key: string, spec: Spec): string {
  const short = spec.short === undefined ? "" : `-${spec.short}, `;
  const name =
    spec.kind === "flag" && spec.negated ? optionName(key).replace("--", "--no-") : optionName(key);
  return `${short}${name}${placeholder(spec)}`;
}

function placeholder(spec: Spec): string {
  switch (spec.kind) {
    case "flag":
      return "";
    case "choice":
      return " KIND";
    case "number":
      return spec.bare === undefined ? ` ${spec.value}` : `[=${spec.value}]`;
    default:
      return ` ${spec.value}`;
  }
}
