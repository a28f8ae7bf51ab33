import { isUtf8 } from "node:buffer";
import { isPlainObject } from "../http/is-plain-object.ts";

/** A packet of a stream, which is a JSON value. */
export interface Packet {
  /** The bytes as the plugin sent them. */
  readonly bytes: Buffer;
  /** The same JSON without line breaks: messages of Centrifuge's protocol are separated by them. */
  readonly line: Buffer;
  /** The member `schema`, if the packet is a frame that has one. */
  readonly schema: object | undefined;
}

/** @returns `undefined` for bytes that are not one JSON value in UTF-8 */
export function readPacket(data: Uint8Array): Packet | undefined {
  // A client ends its connection at a text that is not UTF-8.
  if (!isUtf8(data)) return undefined;
  const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  let value: unknown;
  try {
    value = JSON.parse(bytes.toString("utf8"));
  } catch {
    return undefined;
  }
  const schema = isPlainObject(value) ? value["schema"] : undefined;
  return { bytes, line: onOneLine(bytes), schema: isPlainObject(schema) ? schema : undefined };
}

const lineFeed = 10;
const carriageReturn = 13;
const space = 32;

/** JSON without line breaks, which stand between its values only, because strings cannot have them. */
export function onOneLine(json: Buffer): Buffer {
  if (!json.includes(lineFeed) && !json.includes(carriageReturn)) return json;
  return Buffer.from(json.map((byte) => (byte === lineFeed || byte === carriageReturn ? space : byte)));
}
