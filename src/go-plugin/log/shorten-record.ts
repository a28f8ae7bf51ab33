import type { LogRecord } from "./log-record.ts";

const messageBytes = 16 << 10;
const nameBytes = 1 << 10;
const fieldsBytes = 40 << 10;

/**
 * Cuts the texts of a record so that its line has less than 64 KiB: the message first, then the fields in their order,
 * each of which must be plain JSON. Cut texts end with `…`; a field without room is left out.
 */
export function shortenRecord(record: LogRecord): LogRecord {
  let room = fieldsBytes;
  const fields: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(record.fields)) {
    const left = room - jsonBytes(key) - 2;
    if (left < nameBytes / 8) break;
    const kept = jsonBytes(value) <= left ? value : cutText(textOf(value), left);
    Object.defineProperty(fields, key, { value: kept, enumerable: true });
    room = left - jsonBytes(kept);
  }
  return {
    ...record,
    message: cutText(record.message, messageBytes),
    module: record.module && cutText(record.module, nameBytes),
    caller: record.caller && cutText(record.caller, nameBytes),
    fields,
  };
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** Includes the bytes of escapes. */
function jsonBytes(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value));
}

function cutText(text: string, maxBytes: number): string {
  let kept = text;
  for (let bytes = jsonBytes(kept); bytes > maxBytes; bytes = jsonBytes(`${kept}…`)) {
    kept = kept.slice(0, Math.min(kept.length - 1, Math.floor((kept.length * maxBytes) / bytes)));
  }
  return kept === text ? text : `${kept}…`;
}
