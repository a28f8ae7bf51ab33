import { ScalarType } from "@bufbuild/protobuf";
import { isBytes } from "../../is-bytes.ts";
import { reserve, varintSize, type WireWriter, writeRaw, writeVarint } from "./wire-writer.ts";

/** Writes a value without its tag. Throws for a value that does not fit the type. */
export type ScalarEncoder = (writer: WireWriter, value: unknown) => void;

/** The encoder of each scalar type. */
export const scalarEncoders: Readonly<Record<ScalarType, ScalarEncoder>> = {
  [ScalarType.STRING]: (writer, value) => writeString(writer, String(value)),
  [ScalarType.BYTES]: writeBytes,
  [ScalarType.BOOL]: (writer, value) => {
    reserve(writer, 1);
    writer.slab[writer.position++] = value ? 1 : 0;
  },
  [ScalarType.INT32]: (writer, value) => {
    const number = int32(value);
    // Negative ones are as long as a 64-bit number: the same field may be read as one.
    if (number >= 0) writeVarint(writer, number);
    else writeBigVarint(writer, BigInt.asUintN(64, BigInt(number)));
  },
  [ScalarType.UINT32]: (writer, value) => writeVarint(writer, uint32(value)),
  [ScalarType.SINT32]: (writer, value) => {
    const number = int32(value);
    writeVarint(writer, ((number << 1) ^ (number >> 31)) >>> 0);
  },
  [ScalarType.FIXED32]: (writer, value) => {
    reserve(writer, 4);
    writer.position = writer.slab.writeUInt32LE(uint32(value), writer.position);
  },
  [ScalarType.SFIXED32]: (writer, value) => {
    reserve(writer, 4);
    writer.position = writer.slab.writeInt32LE(int32(value), writer.position);
  },
  [ScalarType.INT64]: (writer, value) => {
    const number = int64(value);
    if (number >= 0n) writeBigVarint(writer, number);
    else writeBigVarint(writer, BigInt.asUintN(64, number));
  },
  [ScalarType.UINT64]: (writer, value) => writeBigVarint(writer, uint64(value)),
  [ScalarType.SINT64]: (writer, value) => {
    const number = int64(value);
    writeBigVarint(writer, BigInt.asUintN(64, (number << 1n) ^ (number >> 63n)));
  },
  [ScalarType.FIXED64]: (writer, value) => {
    reserve(writer, 8);
    writer.position = writer.slab.writeBigUInt64LE(uint64(value), writer.position);
  },
  [ScalarType.SFIXED64]: (writer, value) => {
    reserve(writer, 8);
    writer.position = writer.slab.writeBigInt64LE(int64(value), writer.position);
  },
  [ScalarType.FLOAT]: (writer, value) => {
    reserve(writer, 4);
    writer.position = writer.slab.writeFloatLE(float(value), writer.position);
  },
  [ScalarType.DOUBLE]: (writer, value) => {
    if (typeof value !== "number") throw outOfRange("double", value);
    reserve(writer, 8);
    writer.position = writer.slab.writeDoubleLE(value, writer.position);
  },
};

/** Longest text that is encoded in JavaScript: for longer ones a call into native code is faster. */
const shortText = 40;

function writeString(writer: WireWriter, text: string): void {
  const { length } = text;
  if (length <= shortText) {
    reserve(writer, length + 1);
    const { slab, position } = writer;
    let index = 0;
    while (index < length) {
      const letter = text.charCodeAt(index);
      if (letter > 0x7f) break;
      index++;
      slab[position + index] = letter;
    }
    if (index === length) {
      slab[position] = length;
      writer.position = position + length + 1;
      return;
    }
  }
  // A UTF-16 unit takes at most three bytes; a long text is measured instead of reserving three times its length.
  const most = length < 4096 ? length * 3 : Buffer.byteLength(text);
  reserve(writer, most + 5);
  const guess = length < 4096 ? varintSize(length) : varintSize(most);
  const { slab, position } = writer;
  const written = slab.write(text, position + guess, "utf8");
  const needed = varintSize(written);
  if (needed !== guess) {
    slab.copyWithin(position + needed, position + guess, position + guess + written);
  }
  writeVarint(writer, written);
  writer.position += written;
}

function writeBytes(writer: WireWriter, value: unknown): void {
  const bytes = Array.isArray(value) ? Uint8Array.from(value) : value;
  if (!isBytes(bytes)) throw outOfRange("bytes", value);
  writeVarint(writer, bytes.length);
  writeRaw(writer, bytes);
}

function writeBigVarint(writer: WireWriter, value: bigint): void {
  if (value <= 0x1fffffffffffffn) {
    writeVarint(writer, Number(value));
    return;
  }
  reserve(writer, 10);
  const { slab } = writer;
  let rest = value;
  while (rest > 0x7fn) {
    slab[writer.position++] = Number(rest & 0x7fn) | 0x80;
    rest >>= 7n;
  }
  slab[writer.position++] = Number(rest);
}

function int32(value: unknown): number {
  const number = wholeNumber("int32", value);
  if (number > 0x7fffffff || number < -0x80000000) throw outOfRange("int32", value);
  return number;
}

function uint32(value: unknown): number {
  const number = wholeNumber("uint32", value);
  if (number > 0xffffffff || number < 0) throw outOfRange("uint32", value);
  return number;
}

function wholeNumber(type: string, value: unknown): number {
  const number = typeof value === "string" ? Number(value) : value;
  if (typeof number !== "number" || !Number.isInteger(number)) throw outOfRange(type, value);
  return number;
}

function int64(value: unknown): bigint {
  const number = bigNumber("int64", value);
  if (BigInt.asIntN(64, number) !== number) throw outOfRange("int64", value);
  return number;
}

function uint64(value: unknown): bigint {
  const number = bigNumber("uint64", value);
  if (BigInt.asUintN(64, number) !== number) throw outOfRange("uint64", value);
  return number;
}

function bigNumber(type: string, value: unknown): bigint {
  if (typeof value === "bigint") return value;
  // A field with `jstype = JS_STRING` holds text; a whole number is accepted too.
  if (typeof value === "string" || typeof value === "number") {
    try {
      return BigInt(value);
    } catch {
      throw outOfRange(type, value);
    }
  }
  throw outOfRange(type, value);
}

function float(value: unknown): number {
  if (typeof value !== "number") throw outOfRange("float", value);
  if (Number.isFinite(value) && !Number.isFinite(Math.fround(value))) throw outOfRange("float", value);
  return value;
}

function outOfRange(type: string, value: unknown): Error {
  return new Error(`expected a value of type ${type}, got ${typeof value} "${String(value)}"`);
}
