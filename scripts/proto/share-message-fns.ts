import { glob, readFile, writeFile } from "node:fs/promises";
import { dirname, join, relative, sep } from "node:path";

/** Declarations that ts-proto repeats in each file: helpers, and the interface that the type of every message value names. */
const types =
  /^interface MessageFns<[\s\S]*?^\}\n|^type (?:Builtin|DeepPartial|Exact|KeysOfUnion)\b[\s\S]*?;\n(?=\n|type )/gm;
const wireImport = 'import type { BinaryReader, BinaryWriter } from "@bufbuild/protobuf/wire";';

/**
 * Moves the interface `MessageFns` out of the files that ts-proto wrote to `folder`, into one file for each contract.
 *
 * ts-proto declares it in every file and exports it from none. A user's `export const query = DataQuery` could then
 * not be written as a declaration (TS4023), and eight interfaces of one name could not be exported together.
 *
 * @throws Error when the output of ts-proto has another form than expected
 */
export async function shareMessageFns(folder: string): Promise<void> {
  const files: string[] = [];
  for await (const file of glob("**/*.ts", { cwd: folder })) files.push(file);

  const shared = new Map<string, string>();
  for (const file of files) {
    const path = join(folder, file);
    const contract = join(folder, file.split(sep)[0] ?? "");
    const text = await readFile(path, "utf8");
    const declarations = (text.match(types) ?? []).join("\n");
    const others = shared.get(contract) ?? declarations;
    if (!declarations.includes("interface MessageFns<") || declarations !== others) {
      throw new Error(
        `expected ts-proto to declare MessageFns in ${file} as in every file: adapt ${import.meta.filename}`,
      );
    }
    shared.set(contract, declarations);
    const from = relative(dirname(path), join(contract, "message-fns.js")).replaceAll(sep, "/");
    const imported = `import type { DeepPartial, Exact, MessageFns } from "${from.startsWith(".") ? from : `./${from}`}";\n`;
    await writeFile(path, text.replace(types, "").replace(/^import /m, `${imported}import `));
  }
  for (const [contract, declarations] of shared) {
    const text = `${wireImport}\n\n${declarations.replace(/^(?=interface |type )/gm, "export ")}`;
    await writeFile(join(contract, "message-fns.ts"), text);
  }
}
