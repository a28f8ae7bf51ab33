import type { FileHandle } from "node:fs/promises";
import { readElfHeader } from "./elf-header.ts";

/** Program header type of the path of the loader. */
const typeInterpreter = 3;

/** The path of a loader cannot be longer than the system's limit. */
const maxPathBytes = 4096;

/**
 * The loader that a dynamically linked ELF executable asks for (PT_INTERP), such as `/lib64/ld-linux-x86-64.so.2`;
 * `undefined` for a static executable and for a file that is not ELF.
 */
export async function readElfLoader(file: FileHandle): Promise<string | undefined> {
  const head = await readAt(file, 0, 64);
  if (head.toString("latin1", 0, 4) !== "\x7fELF") return undefined;
  const header = readElfHeader(head);
  if (header === undefined) return undefined;
  const { is64, isLittleEndian, tableAt, entryBytes, entries } = header;
  if (entryBytes < (is64 ? 56 : 32)) return undefined;
  const word = (bytes: Buffer, at: number): number =>
    isLittleEndian ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at);
  const offset = (bytes: Buffer, at64: number, at32: number): number => {
    if (!is64) return word(bytes, at32);
    return Number(isLittleEndian ? bytes.readBigUInt64LE(at64) : bytes.readBigUInt64BE(at64));
  };
  const table = await readAt(file, tableAt, entryBytes * entries);
  for (let at = 0; at + entryBytes <= table.length; at += entryBytes) {
    const entry = table.subarray(at, at + entryBytes);
    if (word(entry, 0) !== typeInterpreter) continue;
    const path = await readAt(file, offset(entry, 8, 4), Math.min(offset(entry, 32, 16), maxPathBytes));
    return path.toString("utf8").replace(/\0.*$/s, "");
  }
  return undefined;
}

async function readAt(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, position);
  return buffer.subarray(0, bytesRead);
}
