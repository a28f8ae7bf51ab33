import { type DescField, type DescMessage, ScalarType } from "@bufbuild/protobuf";

/**
 * Heap bytes of decoded objects in a 64-bit V8, rounded up. Two bytes on the wire may become an object of hundreds of
 * bytes, so messages are bounded by the memory of their objects, not only by their size.
 */
export const heapCost = {
  /** A further item of a list: its slot, and the spare room of a growing array. */
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

/** Unknown fields of a message that are kept separately, so that extensions of protobuf-es are found. */
export const maxUnknownApart = 16;

/** Heap bytes that a message may take per byte, in addition to the free part: about as much as messages take in Go. */
const heapBytesPerByte = 16;
/** The part of `maxDecodedBytes` that every message may take, even a small one. */
const freePart = 1 / 16;
const defaultMaxDecodedBytes = 512 << 20;
/** The default is at most this part of the heap limit of the process. */
const heapPart = 1 / 5;
/** Messages above this size are measured before they are decoded. */
export const largeBytes: number = 1 << 20;

/**
 * Makes the function that returns how much heap a message of a given size may take.
 *
 * @param maxDecodedBytes default 512 MiB, for messages above 1 MiB at most a fifth of the heap that the process may
 *   have. The heap limit is read at the first such message, because loading node:v8 takes milliseconds.
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

/** Heap bytes of a scalar value in addition to its slot. */
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
