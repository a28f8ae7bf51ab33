import { unsendableField } from "../field-rules.ts";
import { DynamicTable, entryBytes } from "./dynamic-table.ts";
import { encodeHuffman, huffmanBytes } from "./huffman-encode.ts";
import { staticTable } from "./static-table.ts";

/** Tables larger than this do not make local traffic smaller, and cost memory on the other side. */
const maxTableBytes = 4096;
/**
 * Fields that may enter the table, which keeps them in the memory of both sides for the life of the connection: those
 * that gRPC sets itself. All others are metadata of callers and handlers, which may be tokens, so they are
 * never-indexed literals (RFC 7541 §7.1.3).
 */
const indexedNames: ReadonlySet<string> = new Set([
  ":authority",
  ":method",
  ":path",
  ":scheme",
  ":status",
  "content-type",
  "grpc-accept-encoding",
  "grpc-encoding",
  "grpc-status",
  "grpc-timeout",
  "te",
  "user-agent",
]);
/** The first place of each name in the static table, and the places of the pairs. */
const staticNames = new Map<string, number>();
const staticPairs = new Map<string, Map<string, number>>();
for (let i = 0; i < staticTable.length; i += 2) {
  const name = staticTable[i] ?? "";
  if (!staticNames.has(name)) staticNames.set(name, i / 2 + 1);
  const byValue = staticPairs.get(name) ?? new Map<string, number>();
  staticPairs.set(name, byValue.set(staticTable[i + 1] ?? "", i / 2 + 1));
}
const staticEntries = staticTable.length / 2;
/** A type byte, and two lengths or indices, each of at most five bytes. */
const maxFieldOverhead = 16;
/** Names whose last value is remembered at most. */
const maxNames = 256;

/**
 * Encodes header blocks for one connection (RFC 7541 §3). A field of gRPC's own goes into the table when it is sent
 * with the same value for the second time in a row: fields that differ in each call do not evict fields that all calls
 * share.
 */
export class HpackEncoder {
  readonly #table: DynamicTable;
  /** Entries of the table by name and value, and the youngest of each name. */
  readonly #pairs = new Map<string, Map<string, number>>();
  readonly #lastValues = new Map<string, string>();
  /** The smallest size since the last block, which must be sent too (RFC 7541 §4.2). */
  #leastTableBytes = maxTableBytes;
  #isResized = false;
  /** Changes whenever the same fields may be encoded in another way. */
  #tableState = 0;
  readonly #known: Known[] = [];
  #nextKnown = 0;

  constructor() {
    this.#table = new DynamicTable(maxTableBytes, (name, value, entry) => this.#forget(name, value, entry));
  }

  /** The peer's SETTINGS_HEADER_TABLE_SIZE (RFC 9113 §6.5.2). */
  limitTable(bytes: number): void {
    const size = Math.min(bytes, maxTableBytes);
    if (size === this.#table.maxBytes && !this.#isResized) return;
    this.#leastTableBytes = this.#isResized ? Math.min(this.#leastTableBytes, size) : size;
    this.#isResized = true;
    this.#table.resize(size);
    this.#tableState++;
  }

  /**
   * Does nothing where the fields may be sent.
   * @throws Error where a rule forbids one of them, so that the peer would take the stream for malformed (RFC 9113 §8.2).
   */
  check(fields: readonly string[]): void {
    for (const known of this.#known) {
      if (known.fields === fields) return;
    }
    for (let i = 0; i < fields.length; i += 2) {
      const problem = unsendableField(fields[i] ?? "", fields[i + 1] ?? "");
      if (problem !== undefined) throw new Error(`cannot send a header section: ${problem}`);
    }
  }

  /** Room that the block of these fields may take at most. */
  maxBlockBytes(fields: readonly string[]): number {
    let bytes = maxFieldOverhead;
    for (let i = 0; i < fields.length; i++) bytes += (fields[i] ?? "").length + maxFieldOverhead / 2;
    return bytes;
  }

  /**
   * Writes the block of `fields`, which have passed {@link check}, and returns the place after it. The same array, if it does
   * not change, is encoded faster the next time.
   */
  encode(fields: readonly string[], target: Buffer, offset: number): number {
    for (const known of this.#known) {
      if (known.fields === fields && known.tableState === this.#tableState) {
        for (let i = 0; i < known.block.length; i++) target[offset + i] = known.block[i] ?? 0;
        return offset + known.block.length;
      }
    }
    const state = this.#tableState;
    let at = this.#isResized ? this.#encodeResize(target, offset) : offset;
    let isIndexed = at === offset;
    for (let i = 0; i < fields.length; i += 2) {
      const start = at;
      at = this.#encodeField(fields[i] ?? "", fields[i + 1] ?? "", target, at);
      isIndexed &&= ((target[start] ?? 0) & 0x80) !== 0;
    }
    if (isIndexed && state === this.#tableState) this.#remember(fields, target.subarray(offset, at));
    return at;
  }

  #remember(fields: readonly string[], block: Uint8Array): void {
    this.#known[this.#nextKnown] = { fields, tableState: this.#tableState, block: Uint8Array.from(block) };
    this.#nextKnown = (this.#nextKnown + 1) % 4;
  }

  #encodeResize(target: Buffer, offset: number): number {
    this.#isResized = false;
    let at = offset;
    if (this.#leastTableBytes < this.#table.maxBytes)
      at = encodeInteger(this.#leastTableBytes, 0x20, 5, target, at);
    return encodeInteger(this.#table.maxBytes, 0x20, 5, target, at);
  }

  #encodeField(name: string, value: string, target: Buffer, offset: number): number {
    const staticPair = staticPairs.get(name)?.get(value);
    if (staticPair !== undefined) return encodeInteger(staticPair, 0x80, 7, target, offset);
    if (!indexedNames.has(name)) return this.#encodeLiteral(name, value, 0x10, 4, false, target, offset);
    const entry = this.#pairs.get(name)?.get(value);
    if (entry !== undefined) return encodeInteger(this.#indexOf(entry), 0x80, 7, target, offset);
    // A large field would evict all others, and is rarely repeated.
    const isAdded =
      this.#lastValues.get(name) === value && entryBytes(name, value) <= this.#table.maxBytes / 4;
    const end = isAdded
      ? this.#encodeLiteral(name, value, 0x40, 6, true, target, offset)
      : this.#encodeLiteral(name, value, 0x00, 4, false, target, offset);
    if (isAdded) this.#add(name, value);
    else this.#rememberValue(name, value);
    return end;
  }

  /** RFC 7541 §6.2. */
  #encodeLiteral(
    name: string,
    value: string,
    type: number,
    prefixBits: number,
    isAdded: boolean,
    target: Buffer,
    offset: number,
  ): number {
    const nameIndex = staticNames.get(name) ?? this.#nameIndex(name);
    let at = encodeInteger(nameIndex, type, prefixBits, target, offset);
    if (nameIndex === 0) at = encodeText(name, isAdded, target, at);
    at = encodeText(value, isAdded, target, at);
    return at;
  }

  #nameIndex(name: string): number {
    const byValue = this.#pairs.get(name);
    if (byValue === undefined) return 0;
    for (const entry of byValue.values()) return this.#indexOf(entry);
    return 0;
  }

  #indexOf(entry: number): number {
    return staticEntries + this.#table.next - entry;
  }

  #add(name: string, value: string): void {
    const entry = this.#table.next;
    this.#table.add(name, value);
    this.#tableState++;
    const byValue = this.#pairs.get(name);
    if (byValue === undefined) this.#pairs.set(name, new Map([[value, entry]]));
    else byValue.set(value, entry);
    this.#lastValues.delete(name);
  }

  #forget(name: string, value: string, entry: number): void {
    const byValue = this.#pairs.get(name);
    if (byValue?.get(value) !== entry) return;
    byValue.delete(value);
    if (byValue.size === 0) this.#pairs.delete(name);
  }

  #rememberValue(name: string, value: string): void {
    if (this.#lastValues.size >= maxNames && !this.#lastValues.has(name)) this.#lastValues.clear();
    this.#lastValues.set(name, value);
  }
}

interface Known {
  readonly fields: readonly string[];
  readonly tableState: number;
  readonly block: Uint8Array;
}

/** RFC 7541 §5.1. */
function encodeInteger(
  value: number,
  type: number,
  prefixBits: number,
  target: Buffer,
  offset: number,
): number {
  const mask = (1 << prefixBits) - 1;
  if (value < mask) {
    target[offset] = type | value;
    return offset + 1;
  }
  target[offset] = type | mask;
  let at = offset + 1;
  let rest = value - mask;
  for (; rest >= 0x80; rest >>>= 7) target[at++] = (rest & 0x7f) | 0x80;
  target[at] = rest;
  return at + 1;
}

/**
 * RFC 7541 §5.2. Huffman code where it is shorter and pays: in what goes into the table, which is written and read once.
 * Elsewhere both sides are faster with plain bytes than a local socket is with fewer of them.
 */
function encodeText(text: string, isAdded: boolean, target: Buffer, offset: number): number {
  if (isAdded) {
    const bytes = huffmanBytes(text);
    if (bytes < text.length)
      return encodeHuffman(text, target, encodeInteger(bytes, 0x80, 7, target, offset));
  }
  const at = encodeInteger(text.length, 0, 7, target, offset);
  if (text.length > 32) return at + target.write(text, at, text.length, "latin1");
  for (let i = 0; i < text.length; i++) target[at + i] = text.charCodeAt(i);
  return at + text.length;
}
