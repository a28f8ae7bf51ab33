import { hasBit } from "../bitmap.ts";
import type { Field } from "../field.ts";
import { type ByteWriter, makeRoom, writeText } from "./byte-writer.ts";
import { goText } from "./go-text.ts";
import { writeNull } from "./write-integer.ts";

const quote = 34;
const comma = 44;
const opening = 91;
const closing = 93;

/** Rows checked before they are copied: few, because one special character stops the copy of all of them. */
const rowsPerBlock = 256;

/** For each byte, whether JSON in Go's spelling keeps the character: all of ASCII except these. */
const isPlain: Uint8Array = Uint8Array.from({ length: 256 }, (_, byte) =>
  byte >= 0x20 && byte < 0x80 && !'"\\<>&'.includes(String.fromCharCode(byte)) ? 1 : 0,
);

/** Writes the rows of a field of texts as a JSON list, and copies their bytes where no character is escaped. */
export function writeStrings(writer: ByteWriter, field: Field<"string">): void {
  const { length } = field;
  makeRoom(writer, 1)[writer.end++] = opening;
  for (let row = 0; row < length; row += rowsPerBlock) {
    if (row > 0) makeRoom(writer, 1)[writer.end++] = comma;
    const endRow = Math.min(row + rowsPerBlock, length);
    if (writePlain(writer, field, row, endRow)) continue;
    const texts = goText(JSON.stringify(field.values.slice(row, endRow)));
    writeText(writer, texts.slice(1, -1));
  }
  makeRoom(writer, 1)[writer.end++] = closing;
}

/** Writes rows of plain characters only; false, with nothing written, when some are not plain. */
function writePlain(
  writer: ByteWriter,
  { column }: Field<"string">,
  firstRow: number,
  endRow: number,
): boolean {
  const { data, offsets, validity } = column;
  if (offsets === undefined) return false;
  const size = (offsets[endRow] as number) - (offsets[firstRow] as number);
  const bytes = makeRoom(writer, size + 7 * (endRow - firstRow));
  let { end } = writer;
  let at = offsets[firstRow] as number;
  for (let row = firstRow; row < endRow; row++) {
    const stop = offsets[row + 1] as number;
    if (validity !== undefined && !hasBit(validity, row)) {
      end = writeNull(bytes, end);
      at = stop;
    } else {
      bytes[end++] = quote;
      for (; at < stop; at++) {
        const byte = data[at] as number;
        if (isPlain[byte] === 0) return false;
        bytes[end++] = byte;
      }
      bytes[end++] = quote;
    }
    bytes[end++] = comma;
  }
  writer.end = end - 1;
  return true;
}
