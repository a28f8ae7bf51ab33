import type { OutgoingHttpHeaders } from "node:http2";

/**
 * Gives each value of a binary key its own header field. Connect joins repeated keys by commas, which gRPC allows, but
 * a Go peer refuses the call: it treats the comma as invalid base64.
 */
export function splitBinaryHeaders(headers: Readonly<OutgoingHttpHeaders>): OutgoingHttpHeaders {
  const split = { ...headers };
  for (const [name, value] of Object.entries(headers)) {
    if (name.endsWith("-bin") && typeof value === "string" && value.includes(",")) {
      split[name] = value.split(",").map((part) => part.trim());
    }
  }
  return split;
}
