// Measures one operation on a frame and prints one JSON line: the time of one operation in ns.
// node measure-frames.cjs FILE OPERATION RUNS, where FILE is a frame of the Go program without its extension, or
// node measure-frames.cjs ROWS "encode plain" RUNS
import { readFileSync } from "node:fs";
import {
  type AnyField,
  createField,
  createFrame,
  decodeFrame,
  type Frame,
  type FrameCodec,
  loadFrameCodec,
} from "grafana-plugin-protocol/frames";
import { measure } from "../../frames/measure.ts";
import { sensorFields, sensorLists } from "./tables.ts";

type Operation = () => unknown;

/** The largest tables exceed what a Go host reads; here the codec alone is measured. */
const beyondGo = { anySize: true } as const;

const operations: Readonly<Record<string, (file: string, codec: FrameCodec) => Promise<Operation>>> = {
  encode: async (file, codec) => {
    const { fields } = await decodeFrame(readFileSync(`${file}.arrow`));
    return () => codec.encodeFrame(createFrame({ name: "wide", fields: fields.map(sameField) }), beyondGo);
  },
  decode: async (file, codec) => {
    const bytes = readFileSync(`${file}.arrow`);
    return () => codec.decodeFrame(bytes);
  },
  "write JSON": async (file, codec) => {
    const { fields } = await decodeFrame(readFileSync(`${file}.arrow`));
    const frame: Frame = createFrame({ name: "wide", fields: fields.map(sameField) });
    return () => codec.encodeFrame(frame, { format: "json", ...beyondGo });
  },
  "read JSON": async (file, codec) => {
    const json = readFileSync(`${file}.json`);
    return () => codec.decodeFrame(json, { format: "json" });
  },
  "encode plain": async (rows, codec) => {
    const lists = sensorLists(Number(rows));
    return () => codec.encodeFrame(createFrame({ name: "sensors", fields: sensorFields(lists) }), beyondGo);
  },
};

void main(process.argv.slice(2));

async function main([input = "", name = "", runs = "3"]: readonly string[]): Promise<void> {
  const prepare = operations[name];
  if (prepare === undefined) throw new Error(`no operation is called "${name}"`);
  console.log(JSON.stringify({ ns: measure(await prepare(input, await loadFrameCodec()), Number(runs)) }));
}

/** As a plugin makes a field that has its values in a typed array. */
function sameField(field: AnyField): AnyField {
  if (field.kind === "time") return createField(field.name, "time", field.column);
  if (field.kind === "float64") return createField(field.name, "float64", field.column);
  throw new Error(`expected a field of kind time or float64, got ${field.kind}`);
}
