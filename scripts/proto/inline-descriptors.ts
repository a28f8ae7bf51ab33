import { glob, mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join, relative, sep } from "node:path";
import { type DescFile, fromBinary } from "@bufbuild/protobuf";
import { base64Decode } from "@bufbuild/protobuf/wire";
import * as wkt from "@bufbuild/protobuf/wkt";
import { FileDescriptorProtoSchema } from "@bufbuild/protobuf/wkt";
import { formatFileOf } from "./file-literal.ts";

/** The descriptors of google/protobuf/*.proto, by the names under which generated files import them. */
const wellKnown = new Map<string, DescFile>();
for (const [name, value] of Object.entries(wkt)) {
  if (typeof value === "object" && "kind" in value && value.kind === "file") wellKnown.set(name, value);
}

const fileDescCall = /\bfileDesc\("([\w+/]+)"(?:, \[([\w, ]+)\])?\)/;
const codegenImport = /^import \{ (.+) \} from "@bufbuild\/protobuf\/codegenv2";$/m;
const wellKnownImport = /^import \{ (.+) \} from "@bufbuild\/protobuf\/wkt";$/m;

/**
 * Changes the output of protoc-gen-es in `folder`, which has a folder for each contract, and `file-of.js`: each file
 * makes its descriptor from a literal, and finds the descriptors of google/protobuf that it imports below its
 * contract. So no file loads the descriptors of descriptor.proto, which get a file of their own.
 */
export async function inlineDescriptors(folder: string): Promise<void> {
  // All names first, because the loop adds files.
  const files: string[] = [];
  for await (const file of glob("**/*_pb.js", { cwd: folder })) files.push(file);

  for (const file of files) {
    const contract = join(folder, file.split(sep)[0] ?? "");
    const path = join(folder, file);
    const { text, wellKnownNames } = inlineDescriptor(await readFile(path, "utf8"), path, contract);
    await writeFile(path, text);
    for (const name of wellKnownNames) await writeWellKnown(name, contract);
  }
  await writeDescriptorFile(join(folder, "go-plugin"));
}

/**
 * Writes descriptor.proto's own descriptor, as a function: making it takes longer than making all others. A dynamic
 * import would not do: bundlers then do not initialize the modules that it shares with others.
 */
async function writeDescriptorFile(contract: string): Promise<void> {
  const { proto } = wkt.file_google_protobuf_descriptor;
  const path = join(contract, "google/protobuf/descriptor-file.js");
  const head = [
    `// @generated from file ${proto.name} (package ${proto.package}) of @bufbuild/protobuf`,
    "/* eslint-disable */",
    "",
  ];
  const doc = ["/**", ` * Makes the descriptor of ${proto.name}.`, " */"];
  const script = [
    ...head,
    importFileOf(path, contract),
    "",
    ...doc,
    `export function descriptorFile() {`,
    `  return ${formatFileOf(proto, [])};`,
    "}",
    "",
  ];
  const types = [
    ...head,
    `import type { DescFile } from "@bufbuild/protobuf";`,
    "",
    ...doc,
    "export declare function descriptorFile(): DescFile;",
    "",
  ];
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, script.join("\n"));
  await writeFile(path.replace(/\.js$/, ".d.ts"), types.join("\n"));
}

/** @throws Error when the output of protoc-gen-es has another form than expected. */
function inlineDescriptor(
  text: string,
  path: string,
  contract: string,
): { readonly text: string; readonly wellKnownNames: readonly string[] } {
  const [, base64, dependencies] = fileDescCall.exec(text) ?? [];
  const [, codegenNames] = codegenImport.exec(text) ?? [];
  if (base64 === undefined || codegenNames === undefined) {
    throw new Error(
      `expected fileDesc("…") and its import in ${path}: adapt inline-descriptors.ts to protoc-gen-es`,
    );
  }
  const file = fromBinary(FileDescriptorProtoSchema, base64Decode(base64));
  const wellKnownNames = split(wellKnownImport.exec(text)?.[1]);
  const otherNames = split(codegenNames).filter((name) => name !== "fileDesc");
  const imports = [
    ...(otherNames.length === 0 ? [] : [importOf(otherNames, "@bufbuild/protobuf/codegenv2")]),
    importFileOf(path, contract),
  ];
  const inlined = text
    .replace(codegenImport, imports.join("\n"))
    .replace(wellKnownImport, wellKnownNames.map((name) => importWellKnown(name, path, contract)).join("\n"))
    .replace(fileDescCall, () => formatFileOf(file, split(dependencies)));
  return { text: inlined, wellKnownNames };
}

/** Writes the file of one descriptor of google/protobuf and those of its imports. */
async function writeWellKnown(name: string, contract: string): Promise<void> {
  const file = wellKnownFile(name);
  const path = wellKnownPath(name, contract);
  const dependencies = file.dependencies.map((dependency) => nameOfWellKnown(dependency));
  const lines = [
    `// @generated from file ${file.proto.name} (package ${file.proto.package}) of @bufbuild/protobuf`,
    "/* eslint-disable */",
    "",
    importFileOf(path, contract),
    ...dependencies.map((dependency) => importWellKnown(dependency, path, contract)),
    "",
    "/**",
    ` * Describes the file ${file.proto.name}.`,
    " */",
    `export const ${name} = /*@__PURE__*/`,
    `  ${formatFileOf(file.proto, dependencies)};`,
    "",
  ];
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, lines.join("\n"));
  for (const dependency of dependencies) await writeWellKnown(dependency, contract);
}

function wellKnownFile(name: string): DescFile {
  const file = wellKnown.get(name);
  if (file === undefined)
    throw new Error(`expected the name of a file in @bufbuild/protobuf/wkt, got ${name}`);
  return file;
}

function nameOfWellKnown(file: DescFile): string {
  return `file_${file.name.replaceAll("/", "_")}`;
}

function wellKnownPath(name: string, contract: string): string {
  return join(contract, `${wellKnownFile(name).name}_pb.js`);
}

function importWellKnown(name: string, from: string, contract: string): string {
  return importOf([name], specifier(from, wellKnownPath(name, contract)));
}

function importFileOf(from: string, contract: string): string {
  return importOf(["fileOf"], specifier(from, join(contract, "..", "file-of.js")));
}

function importOf(names: readonly string[], from: string): string {
  return `import { ${names.join(", ")} } from "${from}";`;
}

function specifier(from: string, to: string): string {
  const path = relative(dirname(from), to).replaceAll("\\", "/");
  return path.startsWith(".") ? path : `./${path}`;
}

function split(names: string | undefined): readonly string[] {
  return names === undefined ? [] : names.split(", ");
}
