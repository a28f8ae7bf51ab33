import { glob } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { type DescMessage, fromBinary, fromJsonString, toBinary, toJsonString } from "@bufbuild/protobuf";
import { packageRoot } from "../../../scripts/proto/run-tool.ts";
import type { Vector } from "../vector.ts";
import { type InProcessAdapter, refusing } from "./in-process.ts";

/** The messages of gen/es by protobuf-es: what `./v1`, `./v2` and `./experimental/v3` export. */
export async function createEsAdapter(): Promise<InProcessAdapter> {
  const messages = await readEsMessages();
  return refusing(({ message, form, input }) => {
    const desc = messageNamed(messages, message);
    const decoded = form === "binary" ? fromBinary(desc, input) : fromJsonString(desc, decodeJsonText(input));
    return { is: "ok", binary: toBinary(desc, decoded), json: toJsonString(desc, decoded) };
  });
}

/** All messages of gen/es by full name, whatever files there are. */
export async function readEsMessages(): Promise<ReadonlyMap<string, DescMessage>> {
  const messages = new Map<string, DescMessage>();
  for await (const file of glob("gen/es/*/**/*_pb.js", { cwd: packageRoot })) {
    const module: Readonly<Record<string, unknown>> = await import(
      pathToFileURL(join(packageRoot, file)).href
    );
    for (const value of Object.values(module)) if (isMessage(value)) messages.set(value.typeName, value);
  }
  return messages;
}

export function messageNamed<Of>(messages: ReadonlyMap<string, Of>, name: Vector["message"]): Of {
  const message = messages.get(name);
  if (message === undefined) throw new Error(`gen/ has no message "${name}": run npm run generate`);
  return message;
}

/** JSON is UTF-8: other bytes are refused before they are parsed, as an HTTP server does. */
export function decodeJsonText(input: Uint8Array): string {
  return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(input);
}

function isMessage(value: unknown): value is DescMessage {
  return typeof value === "object" && value !== null && "kind" in value && value.kind === "message";
}
