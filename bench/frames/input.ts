import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type AnyField, type Column, decodeFrame } from "grafana-plugin-protocol/frames";

/** Rows of the frame, as the Go program names its files. */
export type FrameSize = "1M" | "100";

/**
 * The frame that the Go program measures, in every form that an operation of ours begins with. Each is made on
 * request, so that it counts only in the memory of the cases that need it.
 */
export interface Input {
  readonly arrow: () => Uint8Array;
  readonly json: () => Uint8Array;
  readonly columns: () => Promise<Columns>;
  readonly lists: () => Promise<Lists>;
}

export interface Columns {
  readonly times: Column<"time">;
  readonly values: Column<"float64">;
  readonly maybe: Column<"float64">;
  readonly names: Column<"string">;
}

/** Times in milliseconds. */
export interface Lists {
  readonly times: readonly number[];
  readonly values: readonly number[];
  readonly maybe: readonly (number | null)[];
  readonly names: readonly string[];
}

/** Reads the files that `benchframes -write` made, so that both sides have the same values. */
export function inputFrom(folder: string, size: FrameSize): Input {
  const read = (extension: string): Uint8Array => readFileSync(join(folder, `frame-${size}.${extension}`));
  const fields = async () => sensorFields((await decodeFrame(read("arrow"))).fields);
  return {
    arrow: () => read("arrow"),
    json: () => read("json"),
    columns: async () => {
      const { times, values, maybe, names } = await fields();
      return { times: times.column, values: values.column, maybe: maybe.column, names: names.column };
    },
    lists: async () => {
      const { times, values, maybe, names } = await fields();
      return {
        times: Array.from(times.epochMs()),
        values: Array.from(values.column.data),
        maybe: [...maybe.values],
        names: names.values.map((name) => name ?? ""),
      };
    },
  };
}

function sensorFields(fields: readonly AnyField[]) {
  const [times, values, maybe, names] = fields;
  if (
    times?.kind === "time" &&
    values?.kind === "float64" &&
    maybe?.kind === "float64" &&
    names?.kind === "string"
  ) {
    return { times, values, maybe, names };
  }
  const seen = fields.map(({ kind }) => kind).join(", ");
  throw new Error(`expected time, float64, float64 and string, got ${seen}`);
}
