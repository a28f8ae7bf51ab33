import type { MessageInitShape } from "@bufbuild/protobuf";
import type { ServiceImpl } from "@connectrpc/connect";
import {
  StdioData_Channel as Channel,
  type GRPCStdio,
  type StdioDataSchema,
} from "../../../gen/es/go-plugin/plugin/grpc_stdio_pb.js";
import { createSingleReader } from "../single-reader.ts";

/** Output that a plugin has printed and its host has not read yet. */
export interface StdioBacklog {
  readonly service: ServiceImpl<typeof GRPCStdio>;
  /** Whether a host reads now. */
  isOpen(): boolean;
  /**
   * Stores a copy of the bytes for the host, without waiting for it. Above the bound the oldest are dropped.
   *
   * @returns `false` if more is stored than a pipe would hold: a writer that can wait should wait for `onDrained`
   */
  push(data: Uint8Array): boolean;
  /** Removes and returns the rest, when no host will read it. */
  takeRest(): readonly Uint8Array[];
}

const pieceBytes = 16 << 10;
const highWaterBytes = 64 << 10;

/**
 * Stores the output of a plugin until its host has read it from go-plugin's stdio service. Bytes arrive unchanged, in
 * order, in pieces of at most 16 KiB.
 *
 * @param options.maxBytes bytes stored at most, rounded up to 16 KiB
 */
export function createStdioBacklog(options: {
  readonly maxBytes: number;
  /** Called when the host has read everything, after `push` returned `false`. */
  readonly onDrained: () => void;
  /** Called with the number of dropped bytes, when the host reads on after a drop. */
  readonly onDropped: (bytes: number) => void;
  /** Called when the last host has stopped reading. */
  readonly onClosed: () => void;
}): StdioBacklog {
  // Short lines share a piece, so that a million lines are not a million objects.
  const pieces: { readonly bytes: Uint8Array<ArrayBuffer>; used: number }[] = [];
  let held = 0;
  let dropped = 0;
  let isFull = false;

  const room = (): { readonly bytes: Uint8Array<ArrayBuffer>; used: number } => {
    const last = pieces.at(-1);
    if (last !== undefined && last.used < pieceBytes) return last;
    const piece = { bytes: new Uint8Array(pieceBytes), used: 0 };
    pieces.push(piece);
    return piece;
  };
  const shift = (): Uint8Array<ArrayBuffer> | undefined => {
    const piece = pieces.shift();
    if (piece === undefined) return undefined;
    held -= piece.used;
    return piece.bytes.subarray(0, piece.used);
  };
  const take = (): Uint8Array<ArrayBuffer> | undefined => {
    const data = shift();
    if (dropped > 0) {
      const bytes = dropped;
      dropped = 0;
      options.onDropped(bytes);
    }
    if (held === 0 && isFull) {
      isFull = false;
      options.onDrained();
    }
    return data;
  };
  const reader = createSingleReader("first", take, options.onClosed);
  return {
    service: {
      // Not a generator: output that is printed from now on belongs to the host.
      streamStdio: (_request, { signal }) => toStdout(reader.read(signal)),
    },
    isOpen: () => reader.isOpen(),
    push(data) {
      for (let start = 0; start < data.length; ) {
        const piece = room();
        const part = data.subarray(start, start + pieceBytes - piece.used);
        piece.bytes.set(part, piece.used);
        piece.used += part.length;
        held += part.length;
        start += part.length;
        while (held > options.maxBytes && pieces.length > 1) dropped += shift()?.length ?? 0;
      }
      isFull ||= held > highWaterBytes;
      reader.wake();
      return !isFull;
    },
    takeRest() {
      const rest: Uint8Array[] = [];
      for (let data = shift(); data !== undefined; data = shift()) rest.push(data);
      if (isFull) options.onDrained();
      isFull = false;
      return rest;
    },
  };
}

async function* toStdout(
  pieces: AsyncIterable<Uint8Array<ArrayBuffer>>,
): AsyncGenerator<MessageInitShape<typeof StdioDataSchema>> {
  for await (const data of pieces) yield { channel: Channel.STDOUT, data };
}
