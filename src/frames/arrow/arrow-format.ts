/** Arrow's types by their number in the schema. */
export const arrowTypes = [
  "None",
  "Null",
  "Int",
  "FloatingPoint",
  "Binary",
  "Utf8",
  "Bool",
  "Decimal",
  "Date",
  "Time",
  "Timestamp",
  "Interval",
  "List",
  "Struct",
  "Union",
  "FixedSizeBinary",
  "FixedSizeList",
  "Map",
  "Duration",
  "LargeBinary",
  "LargeUtf8",
  "LargeList",
  "RunEndEncoded",
  "BinaryView",
  "Utf8View",
  "ListView",
  "LargeListView",
] as const;

export type ArrowType = (typeof arrowTypes)[number];

/** Types of the messages of a file, by number. */
export const messageType = { schema: 1, recordBatch: 3 } as const;

/** The version of the metadata that all Arrow libraries since 1.0 write. */
export const metadataVersion = 4;

/** The mark before the length of a message, since Arrow 0.15. */
export const messageMark = 0xffff_ffff;

/** `ARROW1`, at the beginning and the end of a file. */
export const magic: Uint8Array = Uint8Array.of(0x41, 0x52, 0x52, 0x4f, 0x57, 0x31);

/** JavaScript cannot hold a longer text, and real metadata is much shorter. */
export const maxFooterBytes: number = 2 ** 28;

/** Offsets of texts are signed 32-bit integers. */
export const maxTextBytes: number = 2 ** 31 - 1;

/** The rows of a record batch take no more in a file that arrow-go reads. */
export const maxGoBodyBytes: number = 2 ** 28;
