import { isError } from "../../errors.ts";
import type { LogRecord } from "./log-record.ts";
import { shortenRecord } from "./shorten-record.ts";

/** The longest line, without its line feed, that a go-plugin host reads as one; the pieces of a longer one are plain text. */
const maxLineBytes = 65_535;

/**
 * Formats a record as a line of hclog JSON, without the line feed, so that any go-plugin host
 * shows it with its level and fields.
 *
 * The timestamp has exactly six fractional digits, else a Go host takes the whole line as plain text of level debug.
 * Fields that JSON cannot represent become text; a field whose name begins with `@` is reserved for hclog and is left
 * out. Never throws: an invalid time counts as absent. Texts are cut so that no line has more than 65535 bytes, the
 * most that a host reads as one line.
 */
export function formatLogLine(record: LogRecord): string {
  const plain = { ...record, fields: toJsonValues(record.fields) };
  const line = format(plain);
  // Three bytes of UTF-8 is the most for a code unit.
  if (line.length * 3 <= maxLineBytes || Buffer.byteLength(line) <= maxLineBytes) return line;
  return format(shortenRecord(plain));
}

/** One `JSON.stringify` of plain values: each call of a plugin may log two lines. */
function format(record: LogRecord): string {
  const time = isTime(record.time) ? record.time : new Date();
  return JSON.stringify({
    "@level": record.level,
    "@message": record.message,
    "@timestamp": `${time.toISOString().slice(0, -1)}000Z`,
    ...(record.module === undefined ? {} : { "@module": record.module }),
    ...(record.caller === undefined ? {} : { "@caller": record.caller }),
    ...record.fields,
  });
}

function toJsonValues(fields: LogRecord["fields"]): LogRecord["fields"] {
  const values: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(fields)) {
    if (name.startsWith("@")) continue;
    const plain = isPlain(value) ? value : toJsonValue(value);
    if (name !== "__proto__") values[name] = plain;
    else Object.defineProperty(values, name, { value: plain, enumerable: true });
  }
  return values;
}

/** Most fields are: what is written as it is. */
function isPlain(value: unknown): boolean {
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean";
}

function isTime(time: Date | undefined): time is Date {
  return time !== undefined && !Number.isNaN(time.getTime());
}

function toJsonValue(value: unknown): unknown {
  try {
    // Before `toJSON` of errors: that of HTTP clients' errors includes the request with its secrets.
    const text = JSON.stringify(
      value,
      function (this: Readonly<Record<string, unknown>>, key, inner: unknown) {
        const raw = this[key];
        if (isError(raw)) return raw.stack ?? raw.message;
        return typeof inner === "bigint" ? String(inner) : inner;
      },
    );
    return text === undefined ? String(value) : JSON.parse(text);
  } catch {
    return describe(value);
  }
}

function describe(value: unknown): string {
  try {
    return String(value);
  } catch {
    return `a value of type ${typeof value} that has no text`;
  }
}
