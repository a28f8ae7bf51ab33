import { hasBit } from "../bitmap.ts";
import { unpackTexts } from "../columns/text-column.ts";
import type { Field } from "../field.ts";
import { FrameError } from "../frame-error.ts";
import { hasHugeNumber } from "./has-huge-number.ts";

/**
 * The json values of a field as JSON texts.
 *
 * @throws FrameError `invalid_value` for one that is not JSON.
 */
export function jsonTexts(field: Field<"json">): string[] {
  const { data, length, offsets, validity } = field.column;
  const texts = unpackTexts({ data, offsets: (offsets ?? new Int32Array(1)).subarray(0, length + 1) });
  return texts.map((text, row) => {
    if (validity !== undefined && !hasBit(validity, row)) return "null";
    // The SDK writes null for an empty text.
    if (text === "") return "null";
    try {
      JSON.parse(text);
      return hasHugeNumber(text) ? "null" : text;
    } catch (cause) {
      const seen = JSON.stringify(text.slice(0, 60));
      throw new FrameError("invalid_value", `field "${field.name}", row ${row}: expected JSON, got ${seen}`, {
        cause,
      });
    }
  });
}
