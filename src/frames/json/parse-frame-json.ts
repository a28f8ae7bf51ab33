import { messageOf } from "../../errors.ts";
import { checkFrame } from "../check-frame.ts";
import { createFrame } from "../create-frame.ts";
import type { Frame } from "../frame.ts";
import { type FrameBytes, toBytes } from "../frame-bytes.ts";
import { FrameError } from "../frame-error.ts";
import { object, wrong } from "./expect.ts";
import { readColumns } from "./read-columns.ts";
import { readSchema } from "./read-schema.ts";

/**
 * Parses a frame from JSON, exactly even for 64-bit integers beyond 2^53. Keys may be in any order; of repeated keys
 * the last counts. At most 262,144 fields. `null` and `{}` are a frame without fields, as in the Go SDK.
 *
 * @param json the text or its UTF-8 bytes
 * @param schema the frame with the schema for a text that has only data
 * @throws FrameError `json_invalid` naming the place, what was expected and what was seen; `unequal_lengths`;
 *   `limit_exceeded`.
 */
export function parseFrameJson(json: string | FrameBytes, schema?: Frame): Frame {
  if (schema !== undefined) checkFrame("parseFrameJson: the schema", schema);
  const bytes = typeof json === "string" ? undefined : toBytes("parseFrameJson", json);
  try {
    const text =
      bytes === undefined ? (json as string) : new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
    return readFrame(text, schema);
  } catch (cause) {
    if (cause instanceof FrameError) throw cause;
    const message = messageOf(cause);
    throw new FrameError(
      "json_invalid",
      `the frame: expected JSON, got other text: ${message.slice(0, 200)}`,
      { cause },
    );
  }
}

function readFrame(text: string, given: Frame | undefined): Frame {
  const parsed: unknown = JSON.parse(text);
  const root = isNone(parsed) ? {} : object("the frame", parsed);
  const schema = isNone(root["schema"]) ? given : readSchema(object("schema", root["schema"]));
  if (schema === undefined) {
    // For the Go SDK a text without both is an empty frame.
    if (isNone(root["data"])) return createFrame({ fields: [] });
    throw wrong("schema", "an object, or a schema from an earlier message", undefined);
  }
  const data = isNone(root["data"]) ? {} : object("data", root["data"]);
  const { name, refId, meta } = schema;
  return createFrame({ name, refId, meta, fields: readColumns(text, schema.fields, data) });
}

function isNone(value: unknown): value is null | undefined {
  return value === null || value === undefined;
}
