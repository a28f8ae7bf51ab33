// The plugin on grpc-js and ts-proto's messages.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as grpc from "@grpc/grpc-js";
import { formatHandshakeLine } from "grafana-plugin-protocol/go-plugin";
import {
  CheckHealthResponse,
  CheckHealthResponse_HealthStatus as Health,
  QueryDataRequest,
  QueryDataResponse,
  RunStreamRequest,
  StreamPacket,
} from "grafana-plugin-protocol/ts-proto/v2";
import { frameBytes } from "./frame-bytes.ts";
import { taskOf } from "./task.ts";
import { currentUsage } from "./usage.ts";

/** A message type as ts-proto makes them. */
interface Codec<Message> {
  decode(bytes: Uint8Array): Message;
  encode(message: Message): { finish(): Uint8Array };
}

const empty: Codec<object> = { decode: () => ({}), encode: () => ({ finish: () => new Uint8Array() }) };

function method<Request, Answer>(
  path: string,
  request: Codec<Request>,
  answer: Codec<Answer>,
  responseStream = false,
): grpc.MethodDefinition<Request, Answer> {
  return {
    path,
    requestStream: false,
    responseStream,
    requestDeserialize: (bytes) => request.decode(bytes),
    requestSerialize: (message) => asBuffer(request.encode(message).finish()),
    responseDeserialize: (bytes) => answer.decode(bytes),
    responseSerialize: (message) => asBuffer(answer.encode(message).finish()),
  };
}

function asBuffer({ buffer, byteOffset, byteLength }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}

const queryData: grpc.handleUnaryCall<QueryDataRequest, QueryDataResponse> = ({ request }, answer) => {
  const responses = Object.fromEntries(
    request.queries.map(({ refId, json }) => [
      refId,
      { frames: [frameBytes(taskOf(json).bytes)], status: 200 },
    ]),
  );
  answer(null, QueryDataResponse.create({ responses }));
};

const runStream: grpc.handleServerStreamingCall<RunStreamRequest, StreamPacket> = async (call) => {
  const { bytes, packets } = taskOf(call.request.data);
  const data = frameBytes(bytes);
  for (let i = 0; i < packets; i++) {
    if (!call.write({ data })) await new Promise((resolve) => call.once("drain", resolve));
  }
  call.end();
};

const checkHealth: grpc.handleUnaryCall<object, CheckHealthResponse> = (_, answer) => {
  const jsonDetails = new TextEncoder().encode(JSON.stringify(currentUsage()));
  answer(null, CheckHealthResponse.create({ status: Health.OK, jsonDetails }));
};

const folder = mkdtempSync(join(tmpdir(), "bench-grpc-js-"));
const path = join(folder, "plugin.sock");
process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
const server = new grpc.Server({
  "grpc.max_receive_message_length": 16 << 20,
  "grpc.max_send_message_length": -1,
});
server.addService(
  {
    queryData: method("/pluginv2.Data/QueryData", QueryDataRequest, QueryDataResponse),
    runStream: method("/pluginv2.Stream/RunStream", RunStreamRequest, StreamPacket, true),
    checkHealth: method("/pluginv2.Diagnostics/CheckHealth", empty, CheckHealthResponse),
    shutdown: method("/plugin.GRPCController/Shutdown", empty, empty),
  },
  {
    queryData,
    runStream,
    checkHealth,
    shutdown: (_: unknown, answer: grpc.sendUnaryData<object>) => {
      answer(null, {});
      server.tryShutdown(() => process.exit(0));
    },
  },
);
server.bindAsync(`unix:${path}`, grpc.ServerCredentials.createInsecure(), (error) => {
  if (error !== null) throw error;
  process.stdout.write(`${formatHandshakeLine({ protocolVersion: 2, network: "unix", address: path })}\n`);
});
