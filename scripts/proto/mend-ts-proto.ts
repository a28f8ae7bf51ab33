import { glob, readFile, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";

/** A place in the output of ts-proto, and what takes it. */
interface Mend {
  /** What the output gets wrong without it. */
  readonly name: string;
  readonly find: RegExp;
  readonly replace: string;
}

/**
 * Replaces what ts-proto's code does differently from protobuf's specification. `test/vectors` holds the result to Go.
 * Most of them are in every message; each has to be found somewhere, so that a new version of ts-proto cannot lose one.
 */
const mends: readonly Mend[] = [
  {
    name: "a submessage in two occurrences is merged",
    find: /decode\(input: BinaryReader \| Uint8Array, length\?: number\): (\w+)/g,
    replace: "decode(input: BinaryReader | Uint8Array, length?: number, into?: $1 | undefined): $1",
  },
  {
    name: "decode merges into the message that it is given",
    find: /const message = (createBase\w+\(\));(\s+while \(reader\.pos < end\))/g,
    replace: "const message = into ?? $1;$2",
  },
  {
    name: "a submessage is given to decode when it is there",
    find: /message\.(\w+) = (\w+)\.decode\(reader, reader\.uint32\(\)\);/g,
    replace: "message.$1 = $2.decode(reader, reader.uint32(), message.$1);",
  },
  {
    name: "-0 is written: it is not the default",
    find: /if \(message\.(\w+) !== 0\) \{(\s+)(writer\.uint32\(\d+\)\.(?:double|float)\(|obj\.\w+ = floatToJson\()/g,
    replace: "if (!globalThis.Object.is(message.$1, 0)) {$2$3",
  },
  {
    name: "text that is not UTF-8 is refused",
    find: /reader\.string\(\)/g,
    replace: "reader.string(true)",
  },
  {
    name: "the end of a group that was not begun, and a field with the number 0, are refused",
    find: /if \(\(tag & 7\) === 4 \|\| tag === 0\) \{\s+break;/g,
    replace:
      'if ((tag & 7) === 4 || tag >>> 3 === 0) {\n throw new globalThis.Error("expected the tag of a field, got " + tag);',
  },
  {
    name: "a group that ends as another one is refused",
    find: /reader\.skip\(tag & 7\)/g,
    replace: "reader.skip(tag & 7, tag >>> 3)",
  },
  {
    name: "a field that reaches beyond its message is refused",
    find: /(\n {6}\})(\s+return message;\s+\} finally)/g,
    replace:
      '$1\n if (reader.pos !== end) {\n throw new globalThis.Error("expected a message to end at byte " + end + ", and a field of it ends at " + reader.pos);\n }$2',
  },
  {
    name: "a map entry __proto__ stays an entry, also one that is decoded",
    find: /message\.(\w+)\[entry(\d+)\.key\] = ([^;]+);/g,
    replace: "setEntry(message.$1, entry$2.key, $3);",
  },
  {
    name: "a map entry __proto__ stays an entry, also one of a partial message",
    find: /\bacc\[key\] = ([^;]+);/g,
    replace: "setEntry(acc, key, $1);",
  },
  {
    name: "a map entry __proto__ stays an entry, also in ProtoJSON",
    find: /\bobj\.(\w+)\[k\] = ([^;]+);/g,
    replace: "setEntry(obj.$1, k, $2);",
  },
  {
    name: "base64 of the alphabet for URLs is read",
    find: /globalThis\.atob\(b64\)/g,
    replace: 'globalThis.atob(b64.replace(/-/g, "+").replace(/_/g, "/"))',
  },
  {
    name: "a number that an enum does not have is kept in ProtoJSON",
    find: /(ToJSON\(object: (\w+)\): string \{[\s\S]*?default:\s+)throw new globalThis\.Error\([^;]*;/g,
    replace: "$1return object;",
  },
  {
    name: "a number that an enum does not have is read from ProtoJSON",
    find: /(FromJSON\(object: any\): (\w+) \{[\s\S]*?default:\s+)(throw new globalThis\.Error\("Unrecognized)/g,
    replace: "$1if (isInt32(object)) {\n return object as $2;\n }\n $3",
  },
];

/** An entry without a value has an empty message for one. */
const lostEntry =
  /if \(entry(\d+)\.value !== undefined\) \{\s+setEntry\(message\.(\w+), entry\1\.key, entry\1\.value\);\s+\}/g;
const decodedEntry = /const entry(\d+) = (\w+)\.decode\(reader, reader\.uint32\(\)\);/;

const setEntry = `
function setEntry<V>(map: { [key: string]: V }, key: string, value: V): void {
  if (key !== "__proto__") {
    map[key] = value;
    return;
  }
  globalThis.Object.defineProperty(map, key, { value, enumerable: true, configurable: true, writable: true });
}
`;
const isInt32 = `
function isInt32(value: any): boolean {
  return typeof value === "number" && (value | 0) === value;
}
`;

/**
 * Mends the files that ts-proto wrote to `folder`.
 *
 * @throws Error when the output of ts-proto has another form than expected
 */
export async function mendTsProto(folder: string): Promise<void> {
  const missing = new Set(mends.map(({ name }) => name));
  for await (const file of glob("**/*.ts", { cwd: folder })) {
    const path = join(folder, file);
    let text = await readFile(path, "utf8");
    if (basename(file) === "message-fns.ts") {
      await writeFile(path, mendInterface(text));
      continue;
    }
    for (const { name, find, replace } of mends) {
      const mended = text.replace(find, replace);
      if (mended !== text) missing.delete(name);
      text = mended;
    }
    text = mendLostEntries(text);
    if (text.includes("setEntry(")) text += setEntry;
    if (text.includes("isInt32(")) text += isInt32;
    await writeFile(path, text);
  }
  if (missing.size > 0) {
    throw new Error(
      `expected ts-proto's output to have a place for "${[...missing].join('", "')}": adapt ${import.meta.filename}`,
    );
  }
}

function mendInterface(text: string): string {
  return text.replace(
    "  decode(input: BinaryReader | Uint8Array, length?: number): T;",
    "  /** Decodes a message; with `into`, the fields are merged into that message, which is returned. */\n  decode(input: BinaryReader | Uint8Array, length?: number, into?: T | undefined): T;",
  );
}

function mendLostEntries(text: string): string {
  return text.replace(lostEntry, (match, entry: string, map: string, offset: number) => {
    const decoded = decodedEntry.exec(text.slice(text.lastIndexOf(`const entry${entry} =`, offset)));
    const base = `createBase${decoded?.[2]}`;
    const valueType = /message\.value = (\w+)\.decode\(/.exec(
      text.slice(text.indexOf(`function ${base}()`)),
    )?.[1];
    const isMessage = new RegExp(
      `function ${base}\\(\\)[^{]*\\{\\s+return \\{ key: "", value: undefined`,
    ).test(text);
    if (!isMessage) return `setEntry(message.${map}, entry${entry}.key, entry${entry}.value);`;
    if (valueType === undefined)
      throw new Error(`expected the values of ${match} to be messages: adapt ${import.meta.filename}`);
    return `setEntry(message.${map}, entry${entry}.key, entry${entry}.value ?? ${valueType}.create());`;
  });
}
