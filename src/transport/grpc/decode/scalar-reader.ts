import { ScalarType } from "@bufbuild/protobuf";
import { heapCost } from "./heap-cost.ts";
import type { TextReader } from "./text-reader.ts";
import {
  charge,
  readEnd,
  readFixed32,
  readFixed64,
  readLongVarint,
  readVarint,
  type WireReader,
} from "./wire-reader.ts";

/** Reads a value of a scalar type, after its tag. */
export type ScalarReader = (reader: WireReader) => unknown;

export type ScalarReaders = Readonly<Record<ScalarType, ScalarReader>>;

/** The readers of all types, which share a buffer for numbers. */
export function createScalarReaders(texts: TextReader): ScalarReaders {
  const view = new DataView(new ArrayBuffer(8));
  const toView = ({ low, high }: WireReader): void => {
    view.setInt32(0, low, true);
    view.setInt32(4, high, true);
  };
  const signed = (reader: WireReader): bigint => {
    charge(reader, heapCost.bigint);
    // Most are small, and converting a number to a bigint is faster than reading eight bytes.
    if (reader.high === 0) return BigInt(reader.low >>> 0);
    toView(reader);
    return view.getBigInt64(0, true);
  };
  const unsigned = (reader: WireReader): bigint => {
    charge(reader, heapCost.bigint);
    if (reader.high === 0) return BigInt(reader.low >>> 0);
    toView(reader);
    return view.getBigUint64(0, true);
  };

  return {
    [ScalarType.DOUBLE]: (reader) => {
      readFixed64(reader);
      toView(reader);
      return view.getFloat64(0, true);
    },
    [ScalarType.FLOAT]: (reader) => {
      view.setInt32(0, readFixed32(reader), true);
      return view.getFloat32(0, true);
    },
    [ScalarType.INT64]: (reader) => {
      readLongVarint(reader);
      return signed(reader);
    },
    [ScalarType.UINT64]: (reader) => {
      readLongVarint(reader);
      return unsigned(reader);
    },
    [ScalarType.INT32]: (reader) => readVarint(reader) | 0,
    [ScalarType.FIXED64]: (reader) => {
      readFixed64(reader);
      return unsigned(reader);
    },
    [ScalarType.FIXED32]: (reader) => readFixed32(reader) >>> 0,
    [ScalarType.BOOL]: (reader) => {
      readLongVarint(reader);
      return reader.low !== 0 || reader.high !== 0;
    },
    [ScalarType.STRING]: (reader) => texts.read(reader),
    [ScalarType.BYTES]: (reader) => {
      charge(reader, heapCost.bytes);
      const end = readEnd(reader);
      const start = reader.position;
      reader.position = end;
      return reader.bytes.subarray(start, end);
    },
    [ScalarType.UINT32]: (reader) => readVarint(reader),
    [ScalarType.SFIXED32]: (reader) => readFixed32(reader),
    [ScalarType.SFIXED64]: (reader) => {
      readFixed64(reader);
      return signed(reader);
    },
    [ScalarType.SINT32]: (reader) => {
      const zigzag = readVarint(reader);
      return (zigzag >>> 1) ^ -(zigzag & 1);
    },
    [ScalarType.SINT64]: (reader) => {
      readLongVarint(reader);
      const { low, high } = reader;
      const sign = -(low & 1);
      reader.low = ((low >>> 1) | (high << 31)) ^ sign;
      reader.high = (high >>> 1) ^ sign;
      return signed(reader);
    },
  };
}
