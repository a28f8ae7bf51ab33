import type { Stream } from "./stream.ts";

/** Number of closed streams that are remembered, to distinguish late frames from invalid ones. */
const rememberedEnds = 256;
const rememberedGaps = 64;

/** Why a stream id is not in the table. */
type AbsentStream =
  /** It was never opened: only certain frames may open it (RFC 9113 §5.1, idle). */
  | "idle"
  /** A later one was opened first, so it can never be opened (RFC 9113 §5.1.1). */
  | "skipped"
  /** The peer has ended it. */
  | "ended"
  /** This side may have reset it and the peer may not know yet: its frames are ignored (RFC 9113 §5.1, closed). */
  | "reset";

/** The streams of a connection by their numbers (RFC 9113 §5.1.1). */
export class StreamTable {
  readonly #streams = new Map<number, Stream>();
  readonly #ended = new Int32Array(rememberedEnds);
  #nextEnded = 0;
  /** First and last number of what was skipped. */
  readonly #gaps: [number, number][] = [];
  /** The highest number that was opened, by whoever opens streams here. */
  lastId = 0;

  get size(): number {
    return this.#streams.size;
  }

  get(id: number): Stream | undefined {
    return this.#streams.get(id);
  }

  values(): IterableIterator<Stream> {
    return this.#streams.values();
  }

  open(id: number, stream: Stream): void {
    this.skipTo(id);
    this.#streams.set(id, stream);
  }

  /** Notes that the peer used this stream id, whether or not the stream is kept. */
  skipTo(id: number): void {
    const first = this.lastId === 0 ? 1 : this.lastId + 2;
    if (id > first && this.#gaps.length < rememberedGaps) this.#gaps.push([first, id - 2]);
    this.lastId = id;
  }

  /** `byPeer`: the peer has sent END_STREAM or RST_STREAM. */
  close(id: number, byPeer: boolean): void {
    if (this.#streams.delete(id) && byPeer) this.rememberEnd(id);
  }

  rememberEnd(id: number): void {
    this.#ended[this.#nextEnded] = id;
    this.#nextEnded = (this.#nextEnded + 1) % rememberedEnds;
  }

  /** The state of a stream that is not in the table. */
  absent(id: number): AbsentStream {
    if (id > this.lastId || id % 2 === 0) return "idle";
    if (this.#gaps.some(([first, last]) => id >= first && id <= last)) return "skipped";
    return this.#ended.includes(id) ? "ended" : "reset";
  }
}
