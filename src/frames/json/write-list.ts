import { hasBit } from "../bitmap.ts";
import { type ByteWriter, makeRoom } from "./byte-writer.ts";
import { maxIntegerBytes, writeInteger, writeNull } from "./write-integer.ts";

const opening = 91;
const closing = 93;
const comma = 44;

/** Rows per reservation of room: enough that the reservation costs nothing. */
export const rowsPerBlock = 512;

/** Writes rows into bytes that have room for them, each followed by a comma, and returns their end. */
type WriteBlock = (bytes: Uint8Array, start: number, firstRow: number, endRow: number) => number;

/**
 * Writes a JSON list block by block.
 *
 * @param maxBytes most bytes of a row, without its comma
 */
export function writeList(writer: ByteWriter, rows: number, maxBytes: number, writeBlock: WriteBlock): void {
  makeRoom(writer, 2)[writer.end++] = opening;
  for (let row = 0; row < rows; row += rowsPerBlock) {
    const endRow = Math.min(row + rowsPerBlock, rows);
    const bytes = makeRoom(writer, (endRow - row) * (maxBytes + 1) + 1);
    writer.end = writeBlock(bytes, writer.end, row, endRow);
  }
  // Replaces the last comma.
  if (rows > 0) writer.end--;
  makeRoom(writer, 1)[writer.end++] = closing;
}

/**
 * Writes a list of whole numbers between -10^15 and 10^15.
 *
 * @param validity bitmap; rows whose bit is not set are written as null
 */
export function writeIntegerList(writer: ByteWriter, values: ArrayLike<number>, validity?: Uint8Array): void {
  writeList(writer, values.length, maxIntegerBytes, (bytes, start, firstRow, endRow) => {
    let end = start;
    for (let row = firstRow; row < endRow; row++) {
      if (validity !== undefined && !hasBit(validity, row)) end = writeNull(bytes, end);
      else end = writeInteger(bytes, end, values[row] as number);
      bytes[end++] = comma;
    }
    return end;
  });
}
