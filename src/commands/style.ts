/** Colour and pictures, or plain text where nobody sees them. */

/** Environment variables, as `process.env` has them. */
export type Env = Readonly<Record<string, string | undefined>>;

type Paint = (text: string) => string;

/**
 * Paints sparingly: most is in the terminal's own colour, which is readable in every theme, dark or light. Colour only
 * ever repeats what a word or a sign says.
 */
export interface Style {
  readonly bold: Paint;
  readonly dim: Paint;
  /** An address to open. */
  readonly link: Paint;
  readonly bad: Paint;
  /** Stands before what runs. */
  readonly live: string;
  /** Stands before what needs attention. */
  readonly alert: string;
  /** Stands before what waits. */
  readonly paused: string;
  /** Stands for what was left out. */
  readonly ellipsis: string;
}

const plain: Paint = (text) => text;
const sgr =
  (open: number, close: number): Paint =>
  (text) =>
    `\u001b[${open}m${text}\u001b[${close}m`;

const isSet = (value: string | undefined): value is string => value !== undefined && value !== "";

/**
 * Whether to colour: `FORCE_COLOR` decides first, then `NO_COLOR` (https://no-color.org), then whether a person looks.
 */
export function wantsColor(env: Env, isTerminal: boolean): boolean {
  if (isSet(env.FORCE_COLOR)) return env.FORCE_COLOR !== "0" && env.FORCE_COLOR !== "false";
  if (isSet(env.NO_COLOR)) return false;
  return isTerminal && env.TERM !== "dumb";
}

/** The style of a stream. Pictures need a terminal, whatever is forced: other programs read the rest. */
export function makeStyle(env: Env, isTerminal: boolean): Style {
  const color = wantsColor(env, isTerminal);
  const paint = (open: number, close: number) => (color ? sgr(open, close) : plain);
  const pictures = isTerminal && env.TERM !== "dumb";
  return {
    bold: paint(1, 22),
    dim: paint(2, 22),
    link: paint(4, 24),
    bad: paint(31, 39),
    live: pictures ? paint(32, 39)("●") : "",
    alert: pictures ? paint(33, 39)("▲") : "!",
    paused: pictures ? paint(33, 39)("‖") : "-",
    ellipsis: pictures ? "…" : "...",
  };
}
