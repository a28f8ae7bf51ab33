/** Name, value, name, value and so on. */
type Fields = readonly string[];

/**
 * Names that belong to gRPC or HTTP, never to the caller (PROTOCOL-HTTP2, "Custom-Metadata": the prefix `grpc-` is
 * reserved; RFC 9113 §8.2.2: HTTP/2 has no connection-specific fields).
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

/** Limits of a header or trailer section. */
export interface SectionLimits {
  /** The peer's SETTINGS_MAX_HEADER_LIST_SIZE. */
  readonly maxBytes: number;
  /** Called with the reason for each part that is left out. */
  onUnsendable(problem: string): void;
}

/** Appends the metadata to the fields, if there is room. */
export function withMetadata(fields: Fields, sources: readonly Headers[], limits: SectionLimits): Fields {
  const all = [...fields];
  for (const source of sources) appendMetadata(all, source, (problem) => limits.onUnsendable(problem));
  if (all.length === fields.length) return fields;
  return hasRoom("the metadata", all, limits) ? all : fields;
}

/**
 * Appends the metadata of `headers` to `fields`. A binary key has a field for each of its values: a Go peer treats the
 * comma between joined ones as invalid base64. Names that belong to gRPC or HTTP are left out, as in Go.
 *
 * @param onUnsendable called with the reason for each field that a peer would refuse; it is left out. The reason does not
 *   contain the value, which may be a secret.
 */
export function appendMetadata(
  fields: string[],
  headers: Iterable<readonly [string, string]>,
  onUnsendable: (problem: string) => void,
): void {
  for (const [name, value] of headers) {
    if (reserved.has(name) || name.startsWith("grpc-")) continue;
    if (!name.endsWith("-bin")) {
      if (isText(value)) fields.push(name, value);
      else
        onUnsendable(
          `metadata "${name}" has a value that is not printable ASCII: encode it, or use a "-bin" key`,
        );
      continue;
    }
    for (const part of value.split(",")) {
      const base64 = part.trim();
      if (isBase64(base64)) fields.push(name, base64);
      else onUnsendable(`metadata "${name}" has a value that is not base64: use encodeBinaryHeader`);
    }
  }
}

/** gRPC's ASCII-Value; for anything else Go ends the stream. */
function isText(value: string): boolean {
  return !/[^\x20-\x7e]/.test(value);
}

/** With or without padding, as Go accepts it: in Go invalid base64 fails the whole call. */
function isBase64(value: string): boolean {
  return value.length % 4 === 0
    ? /^[A-Za-z0-9+/]*={0,2}$/.test(value)
    : value.length % 4 !== 1 && /^[A-Za-z0-9+/]*$/.test(value);
}

/** Whether the peer accepts a section of these fields. If not, calls `limits.onUnsendable`. */
export function hasRoom(what: string, fields: Fields, limits: SectionLimits): boolean {
  const { maxBytes } = limits;
  let bytes = 0;
  for (let index = 0; index < fields.length; index++)
    bytes += (fields[index] ?? "").length + fieldOverhead / 2;
  if (bytes <= maxBytes - reservedBytes) return true;
  limits.onUnsendable(
    `${what} would make a header section of ${bytes} bytes, more than the ${maxBytes} that the peer takes`,
  );
  return false;
}

/** Bytes that SETTINGS_MAX_HEADER_LIST_SIZE counts per field in addition to its texts (RFC 9113 §6.5.2). */
const fieldOverhead = 32;
/** Room for the fields before the trailers if they are the only section. */
const reservedBytes = 128;
