/** Arrow's names of types by their numbers, as far as a data frame may have them or plugins mistake them for it. */
const typeNames: Readonly<Record<number, string>> = {
  2: "Int",
  3: "FloatingPoint",
  4: "Binary",
  5: "Utf8",
  6: "Bool",
  7: "Decimal",
  8: "Date",
  9: "Time",
  10: "Timestamp",
  11: "Interval",
  12: "List",
  13: "Struct",
  18: "Duration",
  19: "LargeBinary",
  20: "LargeUtf8",
  24: "Utf8View",
};
const timeUnits = ["seconds", "milliseconds", "microseconds", "nanoseconds"] as const;
const int16Bytes = 2;
const footerEndBytes = 10;

/** A column as the schema of an Arrow file has it: `time Timestamp nanoseconds`. */
export interface ArrowColumn {
  readonly name: string;
  /** Arrow's name of the type; with `Dictionary of` in front for an encoded one. */
  readonly type: string;
  readonly unit: string | undefined;
}

/**
 * Reads the columns from the footer of an Arrow file. The decoder of `./frames` also reads types that Go refuses, and
 * times of every unit; this says what is in the file.
 *
 * @throws RangeError for bytes that are not an Arrow file
 */
export function arrowColumns(bytes: Uint8Array): readonly ArrowColumn[] {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const footerBytes = file.readInt32LE(file.length - footerEndBytes);
  const flat = file.subarray(file.length - footerEndBytes - footerBytes, file.length - footerEndBytes);
  const schema = table(flat, fieldAt(flat, flat.readUInt32LE(0), 1) ?? 0);
  const fields = fieldAt(flat, schema, 1);
  if (fields === undefined) return [];
  const list = fields + flat.readUInt32LE(fields);
  return Array.from({ length: flat.readUInt32LE(list) }, (_, index) =>
    columnAt(flat, table(flat, list + 4 + index * 4)),
  );
}

function columnAt(flat: Buffer, field: number): ArrowColumn {
  const nameAt = fieldAt(flat, field, 0);
  const typeAt = fieldAt(flat, field, 2);
  const number = typeAt === undefined ? 0 : (flat[typeAt] ?? 0);
  const valueAt = fieldAt(flat, field, 3);
  const type = typeNames[number] ?? `type ${number}`;
  const isDictionary = fieldAt(flat, field, 4) !== undefined;
  const unitAt =
    type === "Timestamp" && valueAt !== undefined ? fieldAt(flat, table(flat, valueAt), 0) : undefined;
  const unit = unitAt === undefined ? 0 : flat.readInt16LE(unitAt);
  return {
    name: nameAt === undefined ? "" : textAt(flat, nameAt + flat.readUInt32LE(nameAt)),
    type: isDictionary ? `Dictionary of ${type}` : type,
    unit: type === "Timestamp" ? timeUnits[unit] : undefined,
  };
}

function textAt(flat: Buffer, at: number): string {
  return flat.toString("utf8", at + 4, at + 4 + flat.readUInt32LE(at));
}

/** Where an offset at `at` leads. */
function table(flat: Buffer, at: number): number {
  return at + flat.readUInt32LE(at);
}

/** Where a field of a flatbuffers table is; `undefined` if it has its default. */
function fieldAt(flat: Buffer, at: number, index: number): number | undefined {
  const vtable = at - flat.readInt32LE(at);
  const slot = 2 * int16Bytes + index * int16Bytes;
  if (slot >= flat.readUInt16LE(vtable)) return undefined;
  const offset = flat.readUInt16LE(vtable + slot);
  return offset === 0 ? undefined : at + offset;
}
