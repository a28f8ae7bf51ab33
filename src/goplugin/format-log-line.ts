import type { LogRecord } from "./log-record.ts";

/**
 * Formats a record as a line of hclog JSON, without the line feed, so that any go-plugin host
 * shows it with its level and fields.
 *
 * The timestamp has exactly six fractional digits, else a Go host takes the whole line as plain
 * text of level debug. Fields that JSON cannot hold become text; a field whose name begins
 * with `@` is hclog's own and is left out.
 */
export function formatLogLine(record: LogRecord): string {
  const time = (record.time ?? new Date()).toISOString().replace("Z", "000Z");
  const own = Object.entries(record.fields).filter(([key]) => !key.startsWith("@"));
  return JSON.stringify(
    {
      "@level": record.level,
      "@message": record.message,
      "@timestamp": time,
      ...(record.module === undefined ? {} : { "@module": record.module }),
      ...(record.caller === undefined ? {} : { "@caller": record.caller }),
      ...Object.fromEntries(own.map(([key, value]) => [key, toJsonValue(value)])),
    },
  );
}

function toJsonValue(value: unknown): unknown {
  try {
    const text = JSON.stringify(value, (_key, inner: unknown) => {
      if (typeof inner === "bigint") return String(inner);
      return inner instanceof Error ? (inner.stack ?? inner.message) : inner;
    });
    return text === undefined ? String(value) : JSON.parse(text);
  } catch {
    return String(value);
  }
}
