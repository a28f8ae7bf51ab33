import type { StringList } from "../../../gen/es/v2/pluginv2/backend_pb.js";
import { encodeHeader } from "../../handlers/header-text.ts";
import { canonicalName } from "./request-headers.ts";

/** Of the connection, which is the gateway's; and cookies, which a plugin may not set in its host. */
const dropped = new Set([
  "connection",
  "content-length",
  "content-security-policy",
  "keep-alive",
  "proxy-authenticate",
  "proxy-connection",
  "set-cookie",
  "set-cookie2",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);

const token = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
// Bytes below 0x20 but for the tab, and DEL, would split or break the header.
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
const unfit = /[\u0000-\u0008\u000a-\u001f\u007f]/;

/**
 * Headers of a plugin's answer for the client. Those that cannot be sent are left out: a plugin must not be able to
 * write a header, or an answer, of another one.
 */
export function resourceResponseHeaders(
  headers: Readonly<Record<string, StringList>>,
  status: number,
): Record<string, string | readonly string[]> {
  // Without the names that every object has: a plugin may send a header __proto__.
  const sent: Record<string, readonly string[]> = Object.create(null);
  for (const [name, { values }] of Object.entries(headers)) {
    // Which pages may read an answer is for the gateway to say.
    if (dropped.has(name.toLowerCase()) || /^access-control-/i.test(name) || !token.test(name)) continue;
    const fit = values.filter((value) => !unfit.test(value)).map(encodeHeader);
    const canonical = canonicalName(name);
    if (fit.length > 0) sent[canonical] = [...(sent[canonical] ?? []), ...fit];
  }
  const hasBody = status !== 204 && status !== 304;
  return {
    ...(hasBody && sent["Content-Type"] === undefined ? { "Content-Type": "application/json" } : {}),
    ...sent,
    "Content-Security-Policy": "sandbox",
  };
}
