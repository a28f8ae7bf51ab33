import { createServer, type Server, type Socket } from "node:net";
import { gzipSync } from "node:zlib";
import { createServerConnection } from "../../src/transport/http2/http2-connection.ts";
import type { Http2Stream } from "../../src/transport/http2/http2-stream.ts";
import { envelope } from "../helpers/raw-http2.ts";
import { frame, headerBlock, uint32 } from "../transport/http2/raw-frames.ts";
import { startRawServer } from "../transport/http2/raw-peer.ts";
import { emptyEntries, unknownFields } from "./messages.ts";

/** A plugin that attacks its host. */
export interface HostAttack {
  /** How many calls the host makes. */
  readonly calls: number;
  /** How some of them have to end; the others may time out. */
  readonly expected: RegExp;
  readonly onSocket: (socket: Socket) => void;
}

const answerFields = [":status", "200", "content-type", "application/grpc"];
const manyFields = Array.from({ length: 90 }, (_, index) => [`x-${index}`, "v".repeat(10_000)]).flat();

/** Answers each call with these bytes, and with a status unless the answer is not to end. */
function answering(
  calls: number,
  expected: RegExp,
  body: () => Uint8Array,
  {
    ends = true,
    fields = answerFields,
  }: { readonly ends?: boolean; readonly fields?: readonly string[] } = {},
): HostAttack {
  let bytes: Uint8Array | undefined;
  const answer = (stream: Http2Stream): void => {
    bytes ??= body();
    stream.sendHeaders(fields, false);
    stream.sendData([bytes], false);
    if (ends) stream.sendHeaders(["grpc-status", "0"], true);
  };
  return {
    calls,
    expected,
    onSocket: (socket) => {
      createServerConnection(socket, {
        limits: { maxHeldBytes: 2 ** 40, maxQueuedBytes: 2 ** 40 },
        onStream: (stream) => {
          answer(stream);
          return {
            onHeaders: () => {},
            onData: (part) => stream.consume(part.length),
            onDrain: () => {},
            onClosed: () => {},
          };
        },
      });
    },
  };
}

/** Speaks raw frames, as many as the host takes. */
function flooding(one: Buffer): HostAttack {
  return {
    calls: 1,
    expected: /unavailable/,
    onSocket: (socket) => {
      const peer = startRawServer(socket);
      const many = Buffer.concat(Array.from({ length: 1000 }, () => one));
      const go = (): void => {
        if (socket.writable) socket.write(many, go);
      };
      peer.frame(({ type }) => type === 1).then(go, () => {});
    },
  };
}

function gzipped(message: Uint8Array): Buffer {
  const bytes = envelope(gzipSync(message));
  bytes[0] = 1;
  return bytes;
}

export const hostAttacks: Readonly<Record<string, HostAttack>> = {
  "an answer of 56 MB of unknown fields": answering(1, /^ok$/, () => envelope(unknownFields(56_000_000))),
  "answers of 56 MB of empty items": answering(2, /limits\.maxDecodedBytes/, () =>
    envelope(emptyEntries(56_000_000)),
  ),
  "an answer that gzip makes 1000 times as large": answering(
    1,
    /more than 100 times as many/,
    () => gzipped(new Uint8Array(200 << 20)),
    { fields: [...answerFields, "grpc-encoding", "gzip"] },
  ),
  "100 answers of 15 of 16 MB": answering(
    100,
    /limits\.maxConnectionBytes/,
    () => envelope(new Uint8Array(15_000_000), 16_000_000),
    { ends: false },
  ),
  "100 whole answers without a status": answering(
    100,
    /limits\.maxConnectionBytes/,
    () => envelope(unknownFields(15_000_000)),
    { ends: false },
  ),
  "300 header lists of 900 KB": answering(
    300,
    /header lists of all calls/,
    () => envelope(new Uint8Array(1), 2),
    {
      ends: false,
      fields: [...answerFields, ...manyFields],
    },
  ),
  "a flood of 1xx responses": flooding(frame(1, 4, 1, headerBlock(":status", "103"))),
  "a flood of GOAWAY": flooding(frame(7, 0, 0, Buffer.concat([uint32(1), uint32(0)]))),
  "a flood of acknowledgements": flooding(frame(6, 1, 0, "12345678")),
  "a flood of WINDOW_UPDATE": flooding(frame(8, 0, 0, uint32(1))),
};

/** Listens for the host until the server is closed. */
export function listenForHost(path: string, attack: HostAttack): Promise<Server> {
  return new Promise((resolve) => {
    const server = createServer((socket) => {
      socket.on("error", () => {});
      attack.onSocket(socket);
    });
    server.listen(path, () => resolve(server));
  });
}
