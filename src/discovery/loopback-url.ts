/** Which addresses a client may be given: this machine's own, spelled out. */
import { DiscoveryError } from "./errors.ts";

/** Whether a host name, as `URL.hostname` spells it, can only mean this machine. */
export function isLoopbackHost(hostname: string): boolean {
  // URL has made 127.1 and 2130706433 into 127.x.x.x already, and lower-cased the rest.
  return hostname === "localhost" || hostname === "[::1]" || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}

/**
 * Checks the URL of a server and writes it the one way the rest of the program expects: scheme, host and port, no
 * slash at the end. `http` and `https` (a local TLS proxy) are allowed; the host must be `localhost`, `127.x.x.x` or
 * `[::1]`, for payloads hold the values of a running program and never leave the machine by accident.
 *
 * @param input What the user gave.
 * @param origin Where it came from, as the error names it.
 * @throws DiscoveryError `invalid_url`, `not_loopback`.
 * @example
 * parseServerUrl("http://LOCALHOST:8080/", "CIDELDILL_SERVER_URL"); // "http://localhost:8080"
 */
export function parseServerUrl(input: string, origin: string): string {
  const text = input.trim();
  const refuse = (
    problem: string,
    remedy: string,
    code: "invalid_url" | "not_loopback" = "invalid_url",
  ): never => {
    throw new DiscoveryError(
      code,
      `The server URL ${JSON.stringify(input)} from ${origin} ${problem}: ${remedy}.`,
    );
  };
  const usual = "use the form http://localhost:5174";
  if (/^\d+$/.test(text)) return refuse("is only a number", `write http://localhost:${text}`);
  if (!/^[a-z][a-z0-9+.-]*:\/\//i.test(text)) {
    const looksLikeHost = /^(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(:\d+)?\/?$/i.test(text);
    return refuse("has no scheme", looksLikeHost ? `write http://${text.replace(/\/$/, "")}` : usual);
  }
  // URL would silently drop tabs and line breaks from the middle.
  if (/[\s\p{Cc}]/u.test(text)) return refuse("holds white space", usual);
  let url: URL;
  try {
    url = new URL(text);
  } catch (error) {
    throw new DiscoveryError(
      "invalid_url",
      `The server URL ${JSON.stringify(input)} from ${origin} is not a valid URL: ${usual}.`,
      { cause: error },
    );
  }
  if (url.protocol !== "http:" && url.protocol !== "https:") return refuse("is not an http URL", usual);
  if (!isLoopbackHost(url.hostname)) {
    return refuse(
      `names ${url.hostname}, which is not this machine`,
      "only localhost, 127.0.0.1 and [::1] are allowed; reach a remote server through a tunnel (ssh -L)",
      "not_loopback",
    );
  }
  if (url.username !== "" || url.password !== "")
    return refuse("holds a user name or password", "leave it out");
  if (url.port === "0") return refuse("has port 0", "give the port the server prints");
  if (!/^\/*$/.test(url.pathname) || url.search !== "" || url.hash !== "") {
    return refuse("has a path", `give only ${url.protocol}//${url.host}`);
  }
  return `${url.protocol}//${url.host}`;
}

/** The port of a URL, also where it is the scheme's own and left out. */
export function portOf(url: string): number {
  const { port, protocol } = new URL(url);
  return port === "" ? (protocol === "https:" ? 443 : 80) : Number(port);
}
