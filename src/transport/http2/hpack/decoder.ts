import { ErrorCode } from "../error-codes.ts";
import { malformedField } from "../field-rules.ts";
import { Http2Error } from "../http2-error.ts";
import { BlockCache } from "./block-cache.ts";
import { type Cursor, decodeInteger } from "./decode-integer.ts";
import { DynamicTable, entryBytes } from "./dynamic-table.ts";
import type { HeaderBlock } from "./header-block.ts";
import { decodeHuffman, maxDecodedBytes } from "./huffman-decode.ts";
import { staticTable } from "./static-table.ts";

const staticEntries = staticTable.length / 2;
/** Placeholder for the fields between blocks, so that those of the last block do not stay in memory. Never modified. */
const none: string[] = [];

/** Decodes the header blocks of one connection in their order (RFC 7541 §3). */
export class HpackDecoder {
  readonly #maxTableBytes: number;
  readonly #maxListBytes: number;
  readonly #table: DynamicTable;
  readonly #cache = new BlockCache();
  /** Changes whenever an index may refer to another entry than before. */
  #tableState = 0;
  /** Entries that break a rule for fields, by their number: a reference to them breaks it as well. */
  readonly #malformedEntries = new Map<number, string>();
  readonly #cursor: Cursor = { at: 0 };
  #scratch = Buffer.allocUnsafeSlow(256);
  #fields: string[] = none;
  #listBytes = 0;
  #malformed: string | undefined;
  /** Whether the block consists of indices alone. */
  #isIndexed = false;

  /**
   * `maxTableBytes` is what SETTINGS_HEADER_TABLE_SIZE told the peer, `maxListBytes` what
   * SETTINGS_MAX_HEADER_LIST_SIZE did (RFC 9113 §6.5.2).
   */
  constructor(maxTableBytes: number, maxListBytes: number) {
    this.#maxTableBytes = maxTableBytes;
    this.#maxListBytes = maxListBytes;
    this.#table = new DynamicTable(maxTableBytes, (_name, _value, entry) =>
      this.#malformedEntries.delete(entry),
    );
  }

  /**
   * Decodes a whole block, which is not read after the call.
   * @throws Http2Error COMPRESSION_ERROR: after it the table is out of step, so the connection has to end (RFC 9113 §4.3).
   */
  decode(block: Buffer): HeaderBlock {
    const state = this.#tableState;
    const known = this.#cache.get(block, state);
    if (known !== undefined) return known;
    this.#fields = [];
    this.#listBytes = 0;
    this.#malformed = undefined;
    this.#isIndexed = true;
    this.#cursor.at = 0;
    this.#resizes(block);
    while (this.#cursor.at < block.length) this.#field(block);
    const decoded: HeaderBlock = {
      fields: this.#fields,
      malformed: this.#malformed,
      listBytes: this.#listBytes,
      isTooLarge: this.#listBytes > this.#maxListBytes,
    };
    this.#fields = none;
    // A literal outside of the table may be a secret, which must not outlive its call.
    if (this.#isIndexed && this.#tableState === state) this.#cache.set(block, state, decoded);
    return decoded;
  }

  /** Changes of the table's size come first in a block only (RFC 7541 §4.2). */
  #resizes(block: Buffer): void {
    for (let byte = block[0] ?? 0; (byte & 0xe0) === 0x20; byte = block[this.#cursor.at] ?? 0) {
      const bytes = decodeInteger(block, this.#cursor, 5);
      if (bytes > this.#maxTableBytes) {
        throw compressionError(
          `a header block sets the table to ${bytes} bytes, allowed are ${this.#maxTableBytes}`,
        );
      }
      this.#table.resize(bytes);
      this.#tableState++;
    }
  }

  /** One field representation (RFC 7541 §6). */
  #field(block: Buffer): void {
    const byte = block[this.#cursor.at] ?? 0;
    if (byte & 0x80) {
      this.#indexed(decodeInteger(block, this.#cursor, 7));
      return;
    }
    if ((byte & 0xe0) === 0x20)
      throw compressionError("a header block resizes the table after its first field");
    this.#isIndexed = false;
    const isAdded = (byte & 0x40) !== 0;
    const nameIndex = decodeInteger(block, this.#cursor, isAdded ? 6 : 4);
    const name = nameIndex === 0 ? this.#text(block) : this.#nameAt(nameIndex);
    const value = this.#text(block);
    const malformed = malformedField(name, value);
    if (isAdded) {
      if (malformed !== undefined) this.#malformedEntries.set(this.#table.next, malformed);
      this.#table.add(name, value);
      this.#tableState++;
    }
    this.#push(name, value, malformed);
  }

  #indexed(index: number): void {
    if (index > 0 && index <= staticEntries) {
      this.#push(staticTable[index * 2 - 2] ?? "", staticTable[index * 2 - 1] ?? "", undefined);
      return;
    }
    const entry = this.#entryAt(index);
    const malformed = this.#malformedEntries.size === 0 ? undefined : this.#malformedEntries.get(entry);
    this.#push(this.#table.name(entry), this.#table.value(entry), malformed);
  }

  #nameAt(index: number): string {
    if (index <= staticEntries) return staticTable[index * 2 - 2] ?? "";
    return this.#table.name(this.#entryAt(index));
  }

  /** Index 62 is the youngest entry (RFC 7541 §2.3.3). */
  #entryAt(index: number): number {
    const entry = this.#table.next - (index - staticEntries);
    if (index === 0 || !this.#table.has(entry))
      throw compressionError(`a header block refers to entry ${index}`);
    return entry;
  }

  #push(name: string, value: string, malformed: string | undefined): void {
    this.#malformed ??= malformed;
    this.#listBytes += entryBytes(name, value);
    if (this.#listBytes <= this.#maxListBytes) this.#fields.push(name, value);
  }

  /** A string literal (RFC 7541 §5.2); octets become characters of the same number. */
  #text(block: Buffer): string {
    const isHuffman = ((block[this.#cursor.at] ?? 0) & 0x80) !== 0;
    const length = decodeInteger(block, this.#cursor, 7);
    const start = this.#cursor.at;
    const end = start + length;
    if (end > block.length) throw compressionError("a header block ends within a string");
    this.#cursor.at = end;
    if (!isHuffman) return block.toString("latin1", start, end);
    if (maxDecodedBytes(length) > this.#scratch.length) {
      this.#scratch = Buffer.allocUnsafeSlow(maxDecodedBytes(length));
    }
    const bytes = decodeHuffman(block, start, end, this.#scratch);
    if (bytes < 0) throw compressionError("a header block has a string that is not valid Huffman code");
    return this.#scratch.toString("latin1", 0, bytes);
  }
}

function compressionError(message: string): Http2Error {
  return new Http2Error(ErrorCode.compressionError, message);
}
