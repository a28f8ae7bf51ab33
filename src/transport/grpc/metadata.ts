import type { HeaderFields } from "../http2/http2-stream.ts";

/**
 * The metadata of a header or trailer section. Repeated keys are joined by a comma, as in `Headers`; values stay as
 * received, binary ones in base64.
 */
export function toHeaders(fields: HeaderFields): Headers {
  const headers = new Headers();
  for (let index = 0; index < fields.length; index += 2) {
    const name = fields[index] ?? "";
    if (name.charCodeAt(0) === colon) continue;
    try {
      headers.append(name, fields[index + 1] ?? "");
    } catch {
      // HTTP/2 allows a few values that `Headers` does not. gRPC peers do not send them.
    }
  }
  return headers;
}

/** The first value of the field, or `undefined`. */
export function findField(fields: HeaderFields, name: string): string | undefined {
  for (let index = 0; index < fields.length; index += 2) {
    if (fields[index] === name) return fields[index + 1];
  }
  return undefined;
}

const colon = 0x3a;
