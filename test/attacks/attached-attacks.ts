import { create, toBinary } from "@bufbuild/protobuf";
import { ConnInfoSchema } from "../../gen/es/go-plugin/plugin/grpc_broker_pb.js";
import { StdioData_Channel, StdioDataSchema } from "../../gen/es/go-plugin/plugin/grpc_stdio_pb.js";
import { createServerConnection } from "../../src/transport/http2/http2-connection.ts";
import type {
  HeaderFields,
  Http2Stream,
  Http2StreamListener,
} from "../../src/transport/http2/http2-stream.ts";
import { envelope } from "../helpers/raw-http2.ts";
import { frame } from "../transport/http2/raw-frames.ts";
import type { HostAttack } from "./host-attacks.ts";

const answerFields = [":status", "200", "content-type", "application/grpc"];

/** Answers calls of the contract, and sends messages without end on the stream of one of go-plugin's services. */
function endlessly(path: string, message: (index: number) => Uint8Array): HostAttack {
  return {
    calls: 100,
    expected: /^ok$/,
    onSocket: (socket) => {
      createServerConnection(socket, {
        limits: { maxHeldBytes: 2 ** 40, maxQueuedBytes: 2 ** 40 },
        onStream: (stream, fields) => {
          stream.sendHeaders(answerFields, false);
          if (pathOf(fields) === path) return flood(stream, message);
          stream.sendData([envelope(new Uint8Array(0))], false);
          stream.sendHeaders(["grpc-status", "0"], true);
          return listening(stream);
        },
      });
    },
  };
}

/** Sends as much as the host takes. */
function flood(stream: Http2Stream, message: (index: number) => Uint8Array): Http2StreamListener {
  let index = 0;
  let isOver = false;
  const send = (): void => {
    if (isOver) return;
    const batch = Array.from({ length: 100 }, () => envelope(message(index++)));
    stream.sendData(batch, false);
    if (!stream.mustWait()) setImmediate(send);
  };
  send();
  return {
    ...listening(stream),
    onDrain: send,
    onClosed: () => {
      isOver = true;
    },
  };
}

function listening(stream: Http2Stream): Http2StreamListener {
  return {
    onHeaders: () => {},
    onData: (bytes) => stream.consume(bytes.length),
    onDrain: () => {},
    onClosed: () => {},
  };
}

function pathOf(fields: HeaderFields): string | undefined {
  return fields[fields.indexOf(":path") + 1];
}

function printed(data: Uint8Array): Uint8Array {
  return toBinary(StdioDataSchema, create(StdioDataSchema, { channel: StdioData_Channel.STDOUT, data }));
}

const lines = printed(Buffer.from("a line of a plugin that never stops\n".repeat(900)));
const noLine = printed(new Uint8Array(32 << 10).fill(0x78));
const emptyChunk = printed(new Uint8Array(0));

/** Attacks on a host that has attached to the plugin, so that it reads go-plugin's streams. */
export const attachedAttacks: Readonly<Record<string, HostAttack>> = {
  "printed lines without end": endlessly("/plugin.GRPCStdio/StreamStdio", () => lines),
  "a printed line without end": endlessly("/plugin.GRPCStdio/StreamStdio", () => noLine),
  "empty pieces of printed output without end": endlessly("/plugin.GRPCStdio/StreamStdio", () => emptyChunk),
  "announcements of connections without end": endlessly("/plugin.GRPCBroker/StartStream", (index) =>
    toBinary(
      ConnInfoSchema,
      create(ConnInfoSchema, { serviceId: index, network: "unix", address: `/tmp/${"a".repeat(1000)}` }),
    ),
  ),
  "an announcement of one connection, again and again": endlessly("/plugin.GRPCBroker/StartStream", () =>
    toBinary(ConnInfoSchema, create(ConnInfoSchema, { serviceId: 1, network: "unix", address: "/tmp/a" })),
  ),
  "SETTINGS that come one byte at a time": {
    calls: 1,
    expected: /start_timeout/,
    onSocket: (socket) => {
      const bytes = frame(4, 0, 0, Buffer.alloc(6 * 1000));
      let at = 0;
      const timer = setInterval(() => socket.write(bytes.subarray(at, ++at)), 20);
      socket.on("close", () => clearInterval(timer));
    },
  },
};
