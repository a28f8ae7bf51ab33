import type { HeaderFields } from "../http2/http2-stream.ts";

/**
 * Names that are gRPC's or HTTP's own and never the caller's (PROTOCOL-HTTP2, "Custom-Metadata": what begins with
 * `grpc-` is reserved; RFC 9113 §8.2.2: fields of a connection have no place in HTTP/2).
 */
const reserved: ReadonlySet<string> = new Set([
  "connection",
  "content-length",
  "content-type",
  "host",
  "keep-alive",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);

/**
 * Appends the metadata of `headers` to `fields`. A binary key has a field for each of its values: a Go peer takes
 * the comma between joined ones for broken base64.
 */
export function appendMetadata(fields: string[], headers: Headers): void {
  for (const [name, value] of headers) {
    if (reserved.has(name) || name.startsWith("grpc-")) continue;
    if (name.endsWith("-bin")) {
      for (const part of value.split(",")) fields.push(name, part.trim());
    } else if (isText(value)) {
      fields.push(name, value);
    }
  }
}

/**
 * The metadata of a header or trailer section. Repeated keys are joined by a comma, as `Headers` does it; values stay
 * as they came, binary ones in base64.
 */
export function toHeaders(fields: HeaderFields): Headers {
  const headers = new Headers();
  for (let index = 0; index < fields.length; index += 2) {
    const name = fields[index] ?? "";
    if (name.charCodeAt(0) === colon) continue;
    try {
      headers.append(name, fields[index + 1] ?? "");
    } catch {
      // HTTP/2 allows a few values that `Headers` does not. Nothing that a gRPC peer sends on purpose is among them.
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

/** gRPC's ASCII-Value: what has other characters is not sent, as other gRPC implementations do it. */
function isText(value: string): boolean {
  return !/[^\x20-\x7e]/.test(value);
}

const colon = 0x3a;
