import { Duplex } from "node:stream";
import { errorCodeName } from "../../src/transport/http2/error-codes.ts";
import {
  createClientConnection,
  createServerConnection,
} from "../../src/transport/http2/http2-connection.ts";
import type { Http2Stream, Http2StreamListener } from "../../src/transport/http2/http2-stream.ts";
import { parseFrames, preface } from "../transport/http2/raw-frames.ts";
import { createRandom, type Random } from "./random.ts";

const request = [":method", "POST", ":scheme", "http", ":path", "/", ":authority", "localhost"];
const answer = Buffer.alloc(20_000, "answer");
const limits = { frameTimeoutMs: 60_000, handshakeTimeoutMs: 60_000 };

/**
 * Lets one side of ours hear bytes, in pieces, and use its streams meanwhile. Resolves with how the connection ended, or
 * "open"; rejects when a rule for listeners or for what is written is broken.
 */
export async function exerciseHttp2(
  role: "server" | "client",
  bytes: Uint8Array,
  seed: number,
): Promise<string> {
  const random = createRandom(seed, bytes.length);
  const written: Buffer[] = [];
  const socket = new Duplex({
    read: () => {},
    write: (chunk: Buffer, _encoding, done) => {
      written.push(Buffer.from(chunk));
      done();
    },
  });
  let end: string | undefined;
  const broken: string[] = [];
  const onClosed = (code: number): void => {
    end ??= errorCodeName(code);
  };
  const connection =
    role === "server"
      ? createServerConnection(socket, {
          limits,
          onClosed,
          onStream: (stream, _fields, endStream) => useStream(stream, endStream, random, broken),
        })
      : openStreams(socket, onClosed, random, broken);
  for (let at = 0; at < bytes.length && end === undefined; ) {
    const next = at + 1 + random.below(random.pick([8, 100, 5000, bytes.length]));
    const piece = Buffer.from(bytes.subarray(at, next));
    connection.receive(piece);
    // It was promised that nothing is kept of it.
    piece.fill(0xee);
    at = next;
    if (random.oneIn(4)) await new Promise(setImmediate);
  }
  await new Promise(setImmediate);
  const outcome = end ?? "open";
  connection.destroy(0, "the case is over");
  await new Promise(setImmediate);
  if (connection.streamCount > 0) broken.push("streams are left");
  socket.destroy();
  if (broken.length > 0) throw new Error(broken.join(", "));
  const output = Buffer.concat(written);
  if (parseFrames(role === "client" ? output.subarray(preface.length) : output).rest.length > 0) {
    throw new Error("what was written is no sequence of frames");
  }
  return outcome;
}

function openStreams(
  socket: Duplex,
  onClosed: (code: number) => void,
  random: Random,
  broken: string[],
): ReturnType<typeof createClientConnection> {
  const connection = createClientConnection(socket, { limits, onClosed });
  for (let i = 0; i < 40; i++) {
    const slot: { stream?: Http2Stream } = {};
    const listener = checkedListener(random, broken, () => slot.stream);
    slot.stream = connection.openStream(request, random.oneIn(2), listener);
    slot.stream.sendData([answer.subarray(0, random.below(2000))], !random.oneIn(4));
  }
  return connection;
}

/** What a handler does: answers, at once or at the end of the request, or resets. */
function useStream(
  stream: Http2Stream,
  endStream: boolean,
  random: Random,
  broken: string[],
): Http2StreamListener {
  const respond = (): void => {
    if (random.oneIn(10)) {
      stream.reset(random.below(14));
      return;
    }
    stream.sendHeaders([":status", "200", "content-type", "application/grpc"], false);
    stream.sendData([answer.subarray(0, random.below(answer.length))], false);
    stream.sendHeaders(["grpc-status", "0"], true);
  };
  const isEarly = endStream || random.oneIn(4);
  if (isEarly) respond();
  return checkedListener(
    random,
    broken,
    () => stream,
    () => {
      if (!isEarly) respond();
    },
  );
}

/** Notes every call that may not come. */
function checkedListener(
  random: Random,
  broken: string[],
  stream: () => Http2Stream | undefined,
  onEnd: () => void = () => {},
): Http2StreamListener {
  let isClosed = false;
  let isEnded = false;
  const hear = (what: string, endStream: boolean): void => {
    if (isClosed) broken.push(`${what} came after onClosed`);
    if (isEnded) broken.push(`${what} came after the end`);
    isEnded = endStream;
    if (endStream) onEnd();
  };
  return {
    onHeaders: (_fields, endStream) => hear("onHeaders", endStream),
    onData: (bytes, endStream) => {
      if (!random.oneIn(5)) stream()?.consume(bytes.length);
      hear("onData", endStream);
      if (random.oneIn(50)) stream()?.reset(8);
    },
    onDrain: () => {
      if (isClosed) broken.push("onDrain came after onClosed");
    },
    onClosed: () => {
      if (isClosed) broken.push("onClosed came twice");
      isClosed = true;
    },
  };
}
