import type { Duplex } from "node:stream";
import type { FrameReader } from "./frame-reader.ts";

/** How many frames a connection handles in one turn of the event loop: each may begin or end a call. */
const turnFrames = 512;
/** With fewer than this many since the last look, the next turn need not be waited for. */
const fewFrames = 128;

/** Reads the bytes of a socket. */
interface TurnReader {
  /** Reads bytes within the call, or a copy of them in a later turn. */
  receive(bytes: Uint8Array): void;
  /** Reads what waits for a later turn, because the socket gives nothing more. */
  finish(): void;
}

/**
 * Lets a connection whose peer sends many small frames at once read them in several turns of the event loop, so that
 * others go on; meanwhile the socket is paused. DATA in frames of a usual size never waits.
 *
 * @param read reads bytes until the reader's `framesLeft` are used up, and returns how many it has read
 */
export function readInTurns(
  socket: Duplex,
  reader: FrameReader,
  read: (bytes: Buffer) => number,
): TurnReader {
  let rest: Buffer | undefined;
  let isTurnAwaited = false;
  reader.allowFrames(turnFrames);

  const feed = (bytes: Buffer): void => {
    const length = read(bytes);
    rest = length < bytes.length ? Buffer.from(bytes.subarray(length)) : undefined;
    if (isTurnAwaited || reader.framesLeft > turnFrames - fewFrames) return;
    isTurnAwaited = true;
    setImmediate(onTurn);
  };
  const onTurn = (): void => {
    isTurnAwaited = false;
    reader.allowFrames(turnFrames);
    if (rest === undefined) return;
    feed(rest);
    if (rest === undefined) socket.resume();
  };

  return {
    receive: (bytes) => {
      const given = Buffer.isBuffer(bytes)
        ? bytes
        : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      // A paused socket may have had more at hand.
      if (rest !== undefined) rest = Buffer.concat([rest, given]);
      else {
        feed(given);
        if (rest !== undefined) socket.pause();
      }
    },
    finish: () => {
      if (rest === undefined) return;
      const bytes = rest;
      rest = undefined;
      reader.allowFrames(Number.MAX_SAFE_INTEGER);
      read(bytes);
    },
  };
}
