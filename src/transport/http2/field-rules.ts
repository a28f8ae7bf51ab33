import { quoteField } from "./quote-field.ts";

/** Connection-specific fields of HTTP/1.1 (RFC 9113 §8.2.2). */
const connectionFields: ReadonlySet<string> = new Set([
  "connection",
  "keep-alive",
  "proxy-connection",
  "transfer-encoding",
  "upgrade",
]);
const colon = 0x3a;
const space = 0x20;
const tab = 0x09;
/** 1 for characters of a token (RFC 9110 §5.6.2) that are not upper case. */
const nameCharacters = new Uint8Array(256);
for (const character of "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyz") {
  nameCharacters[character.charCodeAt(0)] = 1;
}

/**
 * Says why a received field is malformed (RFC 9113 §8.2.1, §8.2.2), if so. Spaces and tabs at the ends of a value are
 * accepted, although the RFC forbids them: Go sends and accepts them in metadata and error texts.
 */
export function malformedField(name: string, value: string): string | undefined {
  if (!isName(name)) return `the field name ${quoteField(name)} is not valid`;
  if (!isValue(value)) return `the value of field ${quoteField(name)} is not valid`;
  if (connectionFields.has(name)) return `the field "${name}" is specific to a connection`;
  if (name === "te" && value !== "trailers") return `the field "te" may only be "trailers"`;
  return undefined;
}

/** The same for a field to send, strictly by the RFC. */
export function unsendableField(name: string, value: string): string | undefined {
  const isOuterBlank = isBlank(value.charCodeAt(0)) || isBlank(value.charCodeAt(value.length - 1));
  return isOuterBlank ? `the value of field "${name}" is not valid` : malformedField(name, value);
}

/** A name in lower case, or of a pseudo-header field. */
function isName(name: string): boolean {
  const start = name.charCodeAt(0) === colon ? 1 : 0;
  for (let i = start; i < name.length; i++) {
    if (nameCharacters[name.charCodeAt(i)] !== 1) return false;
  }
  return name.length > start;
}

/** Octets, none of them NUL, line feed or carriage return. */
function isValue(value: string): boolean {
  for (let i = 0; i < value.length; i++) {
    const code = value.charCodeAt(i);
    if (code > 0xff || code === 0 || code === 0x0a || code === 0x0d) return false;
  }
  return true;
}

function isBlank(code: number): boolean {
  return code === space || code === tab;
}

/** Says why fields are not a valid request (RFC 9113 §8.3.1), if so. */
export function malformedRequest(fields: readonly string[]): string | undefined {
  let method: string | undefined;
  let scheme: string | undefined;
  let path: string | undefined;
  let authority: string | undefined;
  let isRegular = false;
  for (let i = 0; i < fields.length; i += 2) {
    const name = fields[i] ?? "";
    if (name.charCodeAt(0) !== colon) {
      isRegular = true;
      continue;
    }
    if (isRegular) return `the pseudo-header field ${quoteField(name)} comes after a regular one`;
    const value = fields[i + 1];
    if (name === ":method" && method === undefined) method = value;
    else if (name === ":scheme" && scheme === undefined) scheme = value;
    else if (name === ":path" && path === undefined) path = value;
    else if (name === ":authority" && authority === undefined) authority = value;
    else return `the pseudo-header field ${quoteField(name)} is unknown or there twice`;
  }
  if (method === undefined) return "a request has no :method";
  if (method === "CONNECT") return malformedConnect(scheme, path, authority);
  if (scheme === undefined) return "a request has no :scheme";
  if (path === undefined || path === "") return "a request has no :path";
  return undefined;
}

/** RFC 9113 §8.5. */
function malformedConnect(
  scheme: string | undefined,
  path: string | undefined,
  authority: string | undefined,
): string | undefined {
  if (scheme !== undefined || path !== undefined) return "a CONNECT request has :scheme or :path";
  return authority === undefined ? "a CONNECT request has no :authority" : undefined;
}

/** Says why fields are not a valid response (RFC 9113 §8.3.2), if so. */
export function malformedResponse(fields: readonly string[]): string | undefined {
  if (fields[0] !== ":status") return "a response does not begin with :status";
  if (!/^[1-9]\d\d$/.test(fields[1] ?? ""))
    return `the status ${JSON.stringify(fields[1])} has not three digits`;
  // HTTP/2 has no upgrade (RFC 9113 §8.6).
  if (fields[1] === "101") return "the status 101 does not exist in HTTP/2";
  for (let i = 2; i < fields.length; i += 2) {
    if (fields[i]?.charCodeAt(0) === colon)
      return `the pseudo-header field "${fields[i]}" is in the wrong place`;
  }
  return undefined;
}

/** Says why fields are not a valid trailer section (RFC 9113 §8.1), if so. */
export function malformedTrailers(fields: readonly string[]): string | undefined {
  for (let i = 0; i < fields.length; i += 2) {
    if (fields[i]?.charCodeAt(0) === colon)
      return `the pseudo-header field "${fields[i]}" is in a trailer section`;
  }
  return undefined;
}

/**
 * How many bytes of DATA a `content-length` announces, -1 without one (RFC 9113 §8.1.1); not a number where it is
 * malformed or two of them differ.
 */
export function contentLength(fields: readonly string[]): number {
  let length = -1;
  for (let i = 0; i < fields.length; i += 2) {
    if (fields[i] !== "content-length") continue;
    const value = /^\d{1,15}$/.test(fields[i + 1] ?? "") ? Number(fields[i + 1]) : Number.NaN;
    if (length !== -1 && length !== value) return Number.NaN;
    length = value;
  }
  return length;
}
