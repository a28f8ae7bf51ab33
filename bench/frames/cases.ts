import { createField, createFrame, type Frame, type FrameCodec } from "grafana-plugin-protocol/frames";
import type { Columns, FrameSize, Input, Lists } from "./input.ts";

/** One measured operation of ours, and the Go program's case that does the same. */
export interface FramesCase {
  readonly name: string;
  readonly go: string;
  /** Largest ratio of our time to Go's. */
  readonly target: number;
  readonly size: FrameSize;
  /** Prepares the input and returns the operation. */
  readonly prepare: (input: Input, codec: FrameCodec) => Operation | Promise<Operation>;
}

type Operation = () => unknown;

/** Properties that decide how fast an operation is, apart from the number of rows. */
const kinds: readonly (Omit<FramesCase, "size" | "target"> & {
  readonly targets: Readonly<Record<FrameSize, number>>;
})[] = [
  {
    name: "encode typed",
    go: "encode",
    targets: { "1M": 0.6, "100": 1 },
    prepare: async (input, codec) => {
      const columns = await input.columns();
      return () => codec.encodeFrame(fromColumns(columns));
    },
  },
  {
    name: "encode plain",
    go: "encode",
    targets: { "1M": 1.3, "100": 1 },
    prepare: async (input, codec) => {
      const lists = await input.lists();
      return () => codec.encodeFrame(fromLists(lists));
    },
  },
  {
    name: "decode aligned",
    go: "decode",
    targets: { "1M": 0.01, "100": 1 },
    prepare: (input, codec) => {
      const bytes = atOffset(input.arrow(), 8);
      return () => codec.decodeFrame(bytes);
    },
  },
  {
    name: "decode received",
    go: "decode",
    targets: { "1M": 0.15, "100": 1 },
    prepare: (input, codec) => {
      const bytes = asReceived(input.arrow());
      return () => codec.decodeFrame(bytes);
    },
  },
  {
    name: "decode received, string[] and ms",
    go: "decode",
    targets: { "1M": 0.4, "100": 1 },
    prepare: (input, codec) => {
      const bytes = asReceived(input.arrow());
      return () => {
        const frame = codec.decodeFrame(bytes);
        return frame.fields.map((field) =>
          field.kind === "time" ? field.epochMs() : field.kind === "string" ? field.values : field.column,
        );
      };
    },
  },
  {
    name: "write JSON",
    go: "write JSON",
    targets: { "1M": 1, "100": 1 },
    prepare: async (input, codec) => {
      const frame = fromLists(await input.lists());
      return () => codec.encodeFrame(frame, { format: "json" });
    },
  },
  {
    name: "read JSON",
    go: "read JSON",
    targets: { "1M": 1, "100": 1 },
    prepare: (input, codec) => {
      const json = input.json();
      return () => codec.decodeFrame(json, { format: "json" });
    },
  },
];

export const framesCases: readonly FramesCase[] = (["1M", "100"] as const).flatMap((size) =>
  kinds.map(({ name, go, targets, prepare }) => ({
    name: `${name} ${size}`,
    go: `${go} ${size}`,
    size,
    target: targets[size],
    prepare,
  })),
);

/** As a plugin makes a frame that has its values in typed arrays. */
function fromColumns({ times, values, maybe, names }: Columns): Frame {
  return createFrame({
    name: "sensors",
    fields: [
      createField("time", "time", times),
      createField("value", "float64", values, { labels: { unit: "C" } }),
      createField("maybe", "float64", maybe),
      createField("sensor", "string", names),
    ],
  });
}

/** As a plugin makes a frame from JSON: milliseconds, numbers, `null`, texts. */
function fromLists({ times, values, maybe, names }: Lists): Frame {
  return createFrame({
    name: "sensors",
    fields: [
      createField("time", "time", times),
      createField("value", "float64", values, { labels: { unit: "C" } }),
      createField("maybe", "float64", maybe),
      createField("sensor", "string", names),
    ],
  });
}

/** A frame inside a message, where it begins at any offset. */
function asReceived(bytes: Uint8Array): Uint8Array {
  return atOffset(bytes, 1003);
}

function atOffset(bytes: Uint8Array, offset: number): Uint8Array {
  const message = new Uint8Array(bytes.length + offset + 64);
  message.set(bytes, offset);
  return message.subarray(offset, offset + bytes.length);
}
