/** Python's own notation for simple values. */
import { printable } from "./view.ts";

const NAMED: Readonly<Record<string, string>> = { "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t" };

/** Which quote Python would choose. */
function quoteFor(text: string): string {
  return text.includes("'") && !text.includes('"') ? '"' : "'";
}

/** `'it'`, `"it's"`, with escapes as in `repr()`. */
export function reprStr(text: string): string {
  const quote = quoteFor(text);
  const escaped = text.replace(/[\\\n\r\t]/g, (char) => NAMED[char] ?? char).replaceAll(quote, `\\${quote}`);
  return quote + printable(escaped) + quote;
}

/** `b'a\x00'`. */
export function reprBytes(bytes: Uint8Array): string {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
  const quote = quoteFor(text);
  const escaped = text.replace(/[^ -[\]-~]/g, (char) => {
    return NAMED[char] ?? `\\x${char.charCodeAt(0).toString(16).padStart(2, "0")}`;
  });
  return `b${quote}${escaped.replaceAll(quote, `\\${quote}`)}${quote}`;
}

/** As `repr(float)`: `1.0`, `1e+16`, `1e-05`, `nan`. */
export function reprFloat(value: number): string {
  if (Number.isNaN(value)) return "nan";
  if (!Number.isFinite(value)) return value > 0 ? "inf" : "-inf";
  if (value === 0) return Object.is(value, -0) ? "-0.0" : "0.0";
  const [mantissa = "", power = "0"] = value.toExponential().split("e");
  const exponent = Number(power);
  if (exponent < -4 || exponent >= 16) {
    const sign = exponent < 0 ? "-" : "+";
    return `${mantissa}e${sign}${String(Math.abs(exponent)).padStart(2, "0")}`;
  }
  const plain = String(value);
  return /[.e]/.test(plain) ? plain : `${plain}.0`;
}
