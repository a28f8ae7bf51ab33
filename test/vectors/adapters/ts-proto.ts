import { glob } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { packageRoot } from "../../../scripts/proto/run-tool.ts";
import { decodeJsonText, messageNamed, readEsMessages } from "./es.ts";
import { type InProcessAdapter, refusing } from "./in-process.ts";

/** The codec that ts-proto gives each message. */
interface Codec {
  encode(message: unknown): { finish(): Uint8Array };
  decode(bytes: Uint8Array): unknown;
  fromJSON(value: unknown): unknown;
  toJSON(message: unknown): unknown;
}

/** The messages of gen/ts-proto: what `./ts-proto/*` exports. */
export async function createTsProtoAdapter(): Promise<InProcessAdapter> {
  const codecs = await readCodecs();
  return refusing(({ message, form, input }) => {
    const codec = messageNamed(codecs, message);
    const decoded =
      form === "binary" ? codec.decode(input) : codec.fromJSON(JSON.parse(decodeJsonText(input)));
    const json = JSON.stringify(codec.toJSON(decoded));
    return { is: "ok", binary: codec.encode(decoded).finish(), json };
  });
}

/** All messages of gen/ts-proto by full name; ts-proto names nested ones `Outer_Inner`. */
async function readCodecs(): Promise<ReadonlyMap<string, Codec>> {
  const modules = new Map<string, Readonly<Record<string, unknown>>>();
  for await (const file of glob("gen/ts-proto/*/**/*.js", { cwd: packageRoot })) {
    const withoutMajor = file.replaceAll("\\", "/").split("/").slice(3).join("/");
    modules.set(withoutMajor, await import(pathToFileURL(join(packageRoot, file)).href));
  }
  const codecs = new Map<string, Codec>();
  for (const [name, desc] of await readEsMessages()) {
    const local = name.slice(desc.file.proto.package.length + 1).replaceAll(".", "_");
    const codec = modules.get(`${desc.file.name}.js`)?.[local];
    if (isCodec(codec)) codecs.set(name, codec);
  }
  return codecs;
}

function isCodec(value: unknown): value is Codec {
  return typeof value === "object" && value !== null && "encode" in value && "fromJSON" in value;
}
