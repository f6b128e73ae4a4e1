/** Which keys hold secrets. What stands under one never leaves the process. */
import type { RedactSetting } from "../types.ts";

/** Whether the value under a key is left out. `path` is the way through the encoded value, the key at its end. */
export type Redacts = (key: string, path: () => readonly (string | number)[]) => boolean;

/**
 * Compared with the end of a key, of which only letters and digits count: `password` is found in `dbPassword`,
 * `DB_PASSWORD` and `db-password`, and not in `passwordHint`. `tokens` is missing on purpose: programs count them.
 */
export const SECRET_NAMES: readonly string[] = [
  ...["password", "passwords", "passwd", "pwd", "passphrase", "passcode", "secret", "secrets", "token"],
  ...["authorization", "cookie", "cookies", "credential", "credentials", "jwt"],
  ...["apiKey", "privateKey", "secretKey", "accessKey", "signingKey", "encryptionKey"],
];

const plain = (name: string): string => name.toLowerCase().replace(/[^\p{L}\p{N}]/gu, "");

const byName = (names: readonly string[]): ((key: string) => boolean) => {
  const ends = names.map(plain).filter((name) => name !== "");
  // Looked at for every key of every value: what was found once is remembered.
  const known = new Map<string, boolean>();
  return (key) => {
    const before = known.get(key);
    if (before !== undefined) return before;
    const text = key.length > LONGEST_KEY ? "" : plain(key).replace(/(?<=\D)\d+$/, "");
    const found = ends.some((end) => text.endsWith(end));
    if (known.size < MOST_KEYS) known.set(key, found);
    return found;
  };
};

/** A longer key is data, not a name. */
const LONGEST_KEY = 200;
const MOST_KEYS = 5_000;

/** What a setting means; `null` for nothing. Names and a RegExp come on top of the list, a function decides alone. */
export function redactsOf(setting: RedactSetting): Redacts | null {
  if (setting === false) return null;
  if (setting === true) return byName(SECRET_NAMES);
  if (typeof setting === "function") {
    return (key, path) => {
      try {
        return setting(key, path()) !== false;
      } catch {
        // Of a rule that fails nobody knows what it would have kept secret.
        return true;
      }
    };
  }
  if (!(setting instanceof RegExp)) return byName([...SECRET_NAMES, ...setting]);
  const listed = byName(SECRET_NAMES);
  const pattern = new RegExp(setting.source, setting.flags.replace(/[gy]/g, ""));
  return (key) => listed(key) || pattern.test(key);
}

/** What is no secret whatever its key: `hasToken: true`, `password: undefined`, a method named `cookie`. */
export const cannotBeSecret = (value: unknown): boolean =>
  value === null || value === undefined || typeof value === "boolean" || typeof value === "function";
