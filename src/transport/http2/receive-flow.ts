import { initialWindowBytes } from "./frame-types.ts";
import type { Http2Limits } from "./limits.ts";

/** Bytes counted per stream in addition to its header list, for its objects and those of its call. */
const streamBytes = 1024;

/** How many open streams have the whole window of the connection. More have less of it, down to its least size. */
const wholeWindowStreams = 8;
/** Ten times what a local socket holds. */
const leastConnectionBytes = 2 * 2 ** 20;

/**
 * A receive window (RFC 9113 §5.2, §6.9). It is updated in steps of half its size, so that WINDOW_UPDATEs are rare and
 * the peer never has to wait for one.
 */
class ReceiveWindow {
  /** Bytes that the peer may still send. */
  #available: number;
  /** Full size of the window. */
  #size: number;
  /** Consumed bytes that were not yet announced. */
  #released = 0;
  /** Received bytes that were not yet consumed. */
  held = 0;

  constructor(size: number) {
    this.#available = size;
    this.#size = size;
  }

  /** Counts bytes that came in; false, and nothing counted, when they are more than the peer was allowed. */
  take(bytes: number): boolean {
    if (bytes > this.#available) return false;
    this.#available -= bytes;
    this.held += bytes;
    return true;
  }

  /**
   * Counts consumed bytes and returns the increment for a WINDOW_UPDATE, usually 0.
   *
   * @param wanted how much the peer should be allowed to send; at most, and by default, the full size
   */
  release(bytes: number, wanted: number = this.#size): number {
    const released = Math.min(bytes, this.held);
    this.held -= released;
    this.#released += released;
    const size = Math.min(wanted, this.#size);
    const update = Math.min(this.#released, size - this.#available);
    if (update < size / 2) return 0;
    this.#released -= update;
    this.#available += update;
    return update;
  }

  /** The peer counts with another initial size from now on (RFC 9113 §6.9.2). */
  resize(delta: number): void {
    this.#size += delta;
    this.#available += delta;
  }
}

/** The receive window of a stream, and the memory that is counted for it. Only {@link ReceiveFlow} changes it. */
export class StreamFlow extends ReceiveWindow {
  /** Bytes counted in addition to unconsumed DATA. */
  keptBytes = 0;
  /** The header lists that came, as RFC 9113 §6.5.2 counts them, and {@link streamBytes}. */
  headerBytes = 0;
  /** The connection has removed the stream. */
  isForgotten = false;
}

/**
 * Decides how much the peer may send: by the window of the connection, those of its streams (RFC 9113 §5.2, §6.9), and
 * the budget of memory that all streams together hold (`maxHeldBytes`). While the budget is used up, received bytes are
 * not given back to the connection's window.
 */
export class ReceiveFlow {
  readonly #limits: Pick<Http2Limits, "maxHeaderListBytes" | "maxHeldBytes">;
  readonly #updateConnection: (bytes: number) => void;
  readonly #connection: ReceiveWindow;
  /** The peer's initial window for new streams: our settings apply once it has acknowledged them (§6.9.2). */
  #initialBytes: number = initialWindowBytes;
  readonly #streamWindowBytes: number;
  /** Bytes that the layer above holds: unconsumed DATA, and memory that it keeps. */
  #heldBytes = 0;
  /** Bytes that were not given back to the connection's window because too much was held. */
  #deniedBytes = 0;
  /** Header lists of the streams that are open. */
  #headerBytes = 0;
  readonly #connectionWindowBytes: number;
  #openStreams = 0;

  /** @param updateConnection sends a WINDOW_UPDATE for the connection */
  constructor(
    windows: { readonly connectionBytes: number; readonly streamBytes: number },
    limits: Pick<Http2Limits, "maxHeaderListBytes" | "maxHeldBytes">,
    updateConnection: (bytes: number) => void,
  ) {
    this.#limits = limits;
    this.#updateConnection = updateConnection;
    this.#connection = new ReceiveWindow(windows.connectionBytes);
    this.#connectionWindowBytes = windows.connectionBytes;
    this.#streamWindowBytes = windows.streamBytes;
  }

  /**
   * What the peer may send on all streams. A sender with many busy streams and a large window fills it with some of them
   * while the others wait: with 2 MiB in place of 16, a Go plugin of 100 streams leaves gaps of 25 ms in place of 400.
   */
  get #wantedConnectionBytes(): number {
    const share = this.#connectionWindowBytes / Math.max(1, this.#openStreams / wholeWindowStreams);
    return Math.max(leastConnectionBytes, Math.trunc(share));
  }

  /** The flow of a new stream. */
  open(): StreamFlow {
    this.#openStreams++;
    return new StreamFlow(this.#initialBytes);
  }

  /** The peer has acknowledged this side's SETTINGS: it uses their initial window, for these streams as well. */
  onSettingsAck(flows: Iterable<StreamFlow>): void {
    const delta = this.#streamWindowBytes - this.#initialBytes;
    this.#initialBytes = this.#streamWindowBytes;
    for (const flow of flows) flow.resize(delta);
  }

  /** DATA has come, on whatever stream. False when it is past the connection's window. */
  onAnyData(bytes: number): boolean {
    return this.#connection.take(bytes);
  }

  /** DATA has come for a stream, which holds it until it is consumed. False when it is past the stream's window. */
  onData(flow: StreamFlow, bytes: number): boolean {
    if (!flow.take(bytes)) return false;
    this.#heldBytes += bytes;
    return true;
  }

  /** Gives received bytes back to the connection's window, unless too much is held. */
  giveBack(bytes: number): void {
    if (this.#heldBytes > this.#limits.maxHeldBytes) {
      this.#deniedBytes += bytes;
      return;
    }
    const update = this.#connection.release(bytes, this.#wantedConnectionBytes);
    if (update > 0) this.#updateConnection(update);
  }

  /** The layer above has consumed bytes. Returns the increment for the stream's WINDOW_UPDATE, usually 0. */
  onConsumed(flow: StreamFlow, bytes: number): number {
    this.#letGo(Math.min(bytes, flow.held));
    return flow.release(bytes);
  }

  /** The layer above keeps memory for a stream, or with a negative number lets it go. False if the budget is used up. */
  hold(flow: StreamFlow, bytes: number): boolean {
    if (flow.isForgotten) return true;
    if (bytes > 0) {
      if (this.#heldBytes + bytes > this.#limits.maxHeldBytes) return false;
      this.#heldBytes += bytes;
    } else this.#letGo(-bytes);
    flow.keptBytes += bytes;
    return true;
  }

  /** The same for memory that may outlive its stream. Returns the function that lets it go. */
  holdApart(bytes: number): (() => void) | undefined {
    if (this.#heldBytes + bytes > this.#limits.maxHeldBytes) return undefined;
    this.#heldBytes += bytes;
    let isHeld = true;
    return () => {
      if (isHeld) this.#letGo(bytes);
      isHeld = false;
    };
  }

  /**
   * Counts a header list of a stream. False when those of all open streams would be more than an eighth of the budget, or
   * than two of the largest: they are many small objects, unlike the rest.
   */
  holdHeaders(flow: StreamFlow, listBytes: number): boolean {
    const bytes = listBytes + (flow.headerBytes === 0 ? streamBytes : 0);
    if (!this.#hasRoomForHeaders(bytes)) return false;
    this.#headerBytes += bytes;
    flow.headerBytes += bytes;
    return true;
  }

  /** Whether a new stream may begin with such a header list. */
  hasRoomForStream(listBytes: number): boolean {
    return this.#hasRoomForHeaders(listBytes + streamBytes);
  }

  #hasRoomForHeaders(bytes: number): boolean {
    const { maxHeldBytes, maxHeaderListBytes } = this.#limits;
    return this.#headerBytes + bytes <= Math.max(maxHeldBytes / 8, 2 * maxHeaderListBytes);
  }

  /** The stream is over: lets go of everything that is counted for it. */
  onForgotten(flow: StreamFlow): void {
    if (flow.isForgotten) return;
    flow.isForgotten = true;
    this.#openStreams--;
    this.#headerBytes -= flow.headerBytes;
    this.#letGo(flow.held + flow.keptBytes);
    flow.held = 0;
  }

  #letGo(bytes: number): void {
    this.#heldBytes -= bytes;
    if (this.#deniedBytes === 0 || this.#heldBytes > this.#limits.maxHeldBytes) return;
    const denied = this.#deniedBytes;
    this.#deniedBytes = 0;
    this.giveBack(denied);
  }
}
