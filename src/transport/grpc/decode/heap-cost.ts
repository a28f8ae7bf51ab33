import { type DescField, type DescMessage, ScalarType } from "@bufbuild/protobuf";

/**
 * What decoded objects take on the heap of a 64-bit V8, in bytes, rounded up. Two bytes on the wire may become an object
 * of hundreds: so a message is measured by what it becomes, not only by its size.
 */
export const heapCost = {
  /** One more item of a list: its slot, and the room that a growing array keeps. */
  item: 24,
  /** The first item of a list, for which an array gets room for 17. */
  firstItem: 160,
  /** An entry of a map, with its key. */
  mapEntry: 160,
  /** A view of bytes. */
  bytes: 128,
  /** A short text. */
  text: 40,
  bigint: 32,
  /** An entry of `$unknown`: an object and its view. */
  unknown: 192,
} as const;

/** Unknown fields of a message that are kept one by one, as extensions of protobuf-es are looked up. */
export const maxUnknownApart = 16;

/** Heap that a message may take for each of its bytes, beside what is free: as much as most take in Go. */
const heapBytesPerByte = 16;
/** The part of `maxDecodedBytes` that every message may take, however small it is. */
const freePart = 1 / 16;
const defaultMaxDecodedBytes = 512 << 20;
/** The default is no more than this part of the heap that the process may have. */
const heapPart = 1 / 5;
/** Messages above this size are measured before they are decoded. */
export const largeBytes: number = 1 << 20;

/**
 * Makes the function that says how much heap a message of so many bytes may take.
 *
 * @param maxDecodedBytes default 512 MiB, for messages above 1 MiB at most a fifth of the heap that the process may have.
 *   That is looked up for the first one only: loading node:v8 takes milliseconds.
 */
export function createHeapBudget(maxDecodedBytes: number | undefined): (messageBytes: number) => number {
  const small = maxDecodedBytes ?? defaultMaxDecodedBytes;
  let large = maxDecodedBytes;
  return (messageBytes) => {
    if (messageBytes > largeBytes) large ??= Math.min(defaultMaxDecodedBytes, heapPart * heapLimit());
    const most = messageBytes > largeBytes ? (large ?? small) : small;
    return Math.min(most, most * freePart + heapBytesPerByte * messageBytes);
  };
}

function heapLimit(): number {
  return process.getBuiltinModule("node:v8").getHeapStatistics().heap_size_limit;
}

/** A message without content. */
export function messageCost({ members }: DescMessage): number {
  let bytes = 72;
  for (const member of members) bytes += 8 + (member.kind === "oneof" ? 48 : ownCost(member));
  return bytes;
}

/** What a value of a scalar type takes beside its slot. */
export function scalarCost(type: ScalarType): number {
  switch (type) {
    case ScalarType.STRING:
      return heapCost.text;
    case ScalarType.BYTES:
      return heapCost.bytes;
    case ScalarType.INT64:
    case ScalarType.UINT64:
    case ScalarType.FIXED64:
    case ScalarType.SFIXED64:
    case ScalarType.SINT64:
      return heapCost.bigint;
    default:
      return 0;
  }
}

function ownCost({ fieldKind }: DescField): number {
  if (fieldKind === "list") return 32;
  return fieldKind === "map" ? 56 : 0;
}
