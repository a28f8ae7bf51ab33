import type { ArrowType } from "./arrow-format.ts";

const asJson = "write each value as JSON text in a binary column, or its children as fields of their own";
const asBinary = "cast to binary, whose values are read as JSON";
const asNumber = "cast to int64 or utf8";

/** Advice for the writer of a file about a type that frames do not have. */
export const typeAdvice: { readonly [T in ArrowType]?: string } = {
  Null: "cast to the type that its values would have, or leave the field out",
  Decimal: "cast to float64, or to utf8 to keep each digit",
  Date: "cast to timestamp",
  Time: asNumber,
  Interval: asNumber,
  Duration: asNumber,
  List: asJson,
  Struct: asJson,
  Union: asJson,
  FixedSizeList: asJson,
  Map: asJson,
  LargeList: asJson,
  ListView: asJson,
  LargeListView: asJson,
  FixedSizeBinary: asBinary,
  LargeBinary: asBinary,
  BinaryView: asBinary,
  RunEndEncoded: "decode it, for example with run_end_decode() of pyarrow",
};
