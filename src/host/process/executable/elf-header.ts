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
