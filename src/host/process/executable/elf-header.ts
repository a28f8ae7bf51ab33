/** What the header of an ELF file says about its kind and its table of program headers. */
interface ElfHeader {
  readonly is64: boolean;
  readonly isLittleEndian: boolean;
  /** `e_type`, such as 2 for an executable. */
  readonly type: number;
  /** Where the table begins, in bytes from the start of the file. */
  readonly tableAt: number;
  readonly entryBytes: number;
  readonly entries: number;
}

/**
 * Reads the header of an ELF file.
 *
 * @param head the first 64 bytes of the file, or all of a shorter one; it begins with ELF's mark
 * @returns `undefined` if the header is cut off
 */
export function readElfHeader(head: Uint8Array): ElfHeader | undefined {
  const is64 = head[4] === 2;
  if (head.length < (is64 ? 64 : 52)) return undefined;
  const isLittleEndian = head[5] === 1;
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  return {
    is64,
    isLittleEndian,
    type: view.getUint16(16, isLittleEndian),
    tableAt: is64 ? Number(view.getBigUint64(32, isLittleEndian)) : view.getUint32(28, isLittleEndian),
    entryBytes: view.getUint16(is64 ? 54 : 42, isLittleEndian),
    entries: view.getUint16(is64 ? 56 : 44, isLittleEndian),
  };
}

/** Program header type of what is loaded into memory. */
const typeLoad = 1;

/**
 * Where the last byte that the system loads has to be, in bytes from the start of the file, as far as `head` has the
 * program headers.
 */
export function loadedEnd(head: Uint8Array, header: ElfHeader): number {
  const { is64, isLittleEndian, tableAt, entryBytes, entries } = header;
  if (entryBytes < (is64 ? 56 : 32)) return 0;
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  const word = (at64: number, at32: number): number =>
    is64 ? Number(view.getBigUint64(at64, isLittleEndian)) : view.getUint32(at32, isLittleEndian);
  let end = 0;
  for (let entry = 0; entry < entries; entry++) {
    const at = tableAt + entry * entryBytes;
    if (at + entryBytes > head.length) break;
    if (view.getUint32(at, isLittleEndian) !== typeLoad) continue;
    end = Math.max(end, word(at + 8, at + 4) + word(at + 32, at + 16));
  }
  return end;
}
