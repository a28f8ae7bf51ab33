/** The server that the suite runs: it reads what is wanted from stdin, and writes where it listens to stdout. */
import { create, toBinary } from "@bufbuild/protobuf";
import { listen } from "../../../src/transport/grpc/listen.ts";
import { implementService } from "../../../src/transport/socket-transport.ts";
import {
  ServerCompatRequestSchema,
  ServerCompatResponseSchema,
} from "../gen/connectrpc/conformance/v1/server_compat_pb.js";
import { ConformanceService } from "../gen/connectrpc/conformance/v1/service_pb.js";
import { frameMessage, readMessages } from "./framed-messages.ts";
import { conformanceService } from "./service.ts";

const { value: wanted } = await readMessages(ServerCompatRequestSchema, process.stdin).next();
if (wanted === undefined) throw new Error("expected to be told what to serve");

const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString();
const { serverCreds, clientTlsCert } = wanted;
const certificate = text(serverCreds?.cert ?? new Uint8Array());
const server = await listen({
  address: { network: "tcp", host: "127.0.0.1", port: 0 },
  maxReceiveBytes: wanted.messageReceiveLimit || 2 ** 31 - 1,
  maxSendBytes: 2 ** 31 - 1,
  // The suite opens a connection for each of its cases.
  maxConnections: 10_000,
  services: [implementService(ConformanceService, conformanceService)],
  compressesAnswers: true,
  tls: wanted.useTls
    ? {
        certificate,
        key: text(serverCreds?.key ?? new Uint8Array()),
        peerCertificate: clientTlsCert.length > 0 ? text(clientTlsCert) : undefined,
      }
    : undefined,
});
const { address } = server;
if (address.network !== "tcp") throw new Error("expected to listen on TCP");
const response = create(ServerCompatResponseSchema, {
  host: "127.0.0.1",
  port: address.port,
  pemCert: wanted.useTls ? Buffer.from(certificate) : new Uint8Array(),
});
process.stdout.write(frameMessage(toBinary(ServerCompatResponseSchema, response)));
process.once("SIGTERM", () => void server.close().then(() => process.exit(0)));
