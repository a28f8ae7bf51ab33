/** The client that the suite runs: it reads calls from stdin and writes what came of them to stdout. */
import { create, toBinary } from "@bufbuild/protobuf";
import { createClient } from "@connectrpc/connect";
import { dial } from "../../../src/transport/grpc/dial.ts";
import {
  type ClientCompatRequest,
  ClientCompatRequestSchema,
  ClientCompatResponseSchema,
} from "../gen/connectrpc/conformance/v1/client_compat_pb.js";
import { Compression } from "../gen/connectrpc/conformance/v1/config_pb.js";
import { ConformanceService } from "../gen/connectrpc/conformance/v1/service_pb.js";
import { frameMessage, readMessages } from "./framed-messages.ts";
import { runCase } from "./run-case.ts";

/** More would be late for the cases that say when to cancel. */
const maxRunning = 8;

const running = new Set<Promise<void>>();
for await (const request of readMessages(ClientCompatRequestSchema, process.stdin)) {
  const done: Promise<void> = run(request).finally(() => running.delete(done));
  running.add(done);
  if (running.size >= maxRunning) await Promise.race(running);
}
await Promise.all(running);

async function run(request: ClientCompatRequest): Promise<void> {
  const { testName } = request;
  const response = await answer(request).then(
    (value) => create(ClientCompatResponseSchema, { testName, result: { case: "response", value } }),
    (reason: unknown) =>
      create(ClientCompatResponseSchema, {
        testName,
        result: { case: "error", value: { message: String(reason) } },
      }),
  );
  process.stdout.write(frameMessage(toBinary(ClientCompatResponseSchema, response)));
}

async function answer(request: ClientCompatRequest): ReturnType<typeof runCase> {
  const { serverTlsCert, clientTlsCreds } = request;
  const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString();
  const connection = await dial({
    address: { network: "tcp", host: request.host, port: request.port },
    maxReceiveBytes: request.messageReceiveLimit || 2 ** 31 - 1,
    maxSendBytes: 2 ** 31 - 1,
    isCompressed: request.compression === Compression.GZIP,
    tls:
      serverTlsCert.length === 0
        ? undefined
        : {
            peerCertificate: text(serverTlsCert),
            certificate: clientTlsCreds === undefined ? undefined : text(clientTlsCreds.cert),
            key: clientTlsCreds === undefined ? undefined : text(clientTlsCreds.key),
          },
  });
  try {
    return await runCase(createClient(ConformanceService, connection.transport), request);
  } finally {
    connection.close();
  }
}
