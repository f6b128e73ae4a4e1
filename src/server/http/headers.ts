/** Headers of every answer. */

/** Nothing is loaded from elsewhere, nothing inline runs, nobody frames the page. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

const EVERYWHERE = { "x-content-type-options": "nosniff", "referrer-policy": "no-referrer" };

/** What an answer for a path carries: values are not kept by caches, pages load nothing foreign. */
export const headersFor = (path: string): Record<string, string> =>
  path.startsWith("/api/")
    ? { ...EVERYWHERE, "cache-control": "no-store" }
    : { ...EVERYWHERE, "content-security-policy": CONTENT_SECURITY_POLICY };
