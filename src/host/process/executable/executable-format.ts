import { loadedEnd, readElfHeader } from "./elf-header.ts";

/** ELF's numbers of processors (`e_machine`) with Node's names. */
const elfMachines: Readonly<Record<number, string>> = {
  3: "ia32",
  8: "mips",
  21: "ppc64",
  22: "s390x",
  40: "arm",
  62: "x64",
  183: "arm64",
  243: "riscv64",
  258: "loong64",
};

/** Processors that also run programs for another one. */
const alsoRuns: Readonly<Record<string, readonly string[]>> = { x64: ["ia32"], arm64: ["arm"] };

/** `e_type` of what can be loaded: ET_EXEC and ET_DYN. */
const elfProgramTypes: readonly number[] = [2, 3];

const machOMagics = ["feedface", "feedfacf", "cefaedfe", "cffaedfe", "cafebabe"];

/**
 * Says what a file that cannot run here is, by its first bytes: an executable for another system or processor, or not
 * an executable.
 *
 * @param start the first bytes of the file, at least 64 unless it is shorter; those of an ELF with its program headers, if
 *   they are to be checked
 * @param size bytes of the whole file
 * @returns words such as `a Windows executable (PE)`; `undefined` if the file may run here
 */
export function describeForeignFormat(
  start: Uint8Array,
  platform: NodeJS.Platform,
  arch: string,
  size: number,
): string | undefined {
  const head = start.subarray(0, 64);
  const magic = Buffer.from(head.subarray(0, 4)).toString("hex");
  if (magic.startsWith("4d5a")) return platform === "win32" ? undefined : "a Windows executable (PE)";
  if (machOMagics.includes(magic)) return platform === "darwin" ? undefined : "a macOS executable (Mach-O)";
  if (magic === "7f454c46") {
    if (platform === "darwin" || platform === "win32") return "a Linux executable (ELF)";
    const machine = readElfMachine(head);
    if (machine === arch || alsoRuns[arch]?.includes(machine)) return describeBrokenElf(start, size);
    return `an executable for another processor (ELF, ${machine})`;
  }
  if (magic.startsWith("2321")) return platform === "win32" ? "a script for Unix systems" : undefined;
  if (head.length === 0) return "an empty file";
  if (magic.startsWith("efbbbf23")) return "a script with a byte order mark before its #!";
  if (isText(head)) return "a text that does not begin with #! and an interpreter, such as #!/bin/sh";
  return "no executable: it begins neither with the mark of a binary nor with #!";
}

function isText(head: Uint8Array): boolean {
  return head.every((byte) => byte >= 0x20 || (byte >= 0x09 && byte <= 0x0d));
}

function readElfMachine(head: Uint8Array): string {
  if (head.length < 20) return "cut off";
  const isLittleEndian = head[5] === 1;
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  const machine = view.getUint16(18, isLittleEndian);
  return elfMachines[machine] ?? `machine ${machine}`;
}

/**
 * What an ELF file lacks that the system needs to load it. Without its header the system would have the shell run the file
 * as a script, and among its bytes may be a `>` that writes to a file. One that was copied in part is loaded, and killed
 * by SIGSEGV or SIGBUS as soon as it needs the rest.
 */
function describeBrokenElf(start: Uint8Array, size: number): string | undefined {
  const header = readElfHeader(start);
  if (header === undefined) return "an executable (ELF) that is cut off";
  if (!elfProgramTypes.includes(header.type)) {
    return "an ELF file that is not a program, such as an object file or a core dump";
  }
  const tableEnd = header.tableAt + header.entryBytes * header.entries;
  if (tableEnd > size) return "an executable (ELF) that is cut off";
  const end = loadedEnd(start, header);
  return end > size ? `an executable (ELF) that is cut off after ${size} of ${end} bytes or more` : undefined;
}
