import type { Http2Session, IncomingHttpHeaders, ServerHttp2Stream } from "node:http2";
import { gzipSync } from "node:zlib";
import { fault } from "./fault.ts";
import type { Reply } from "./reply.ts";

/** What answers need of the process. */
export interface Plugin {
  readonly major: number;
  readonly openStreams: () => number;
  readonly shutDown: () => void;
}

const mebi = 2 ** 20;
const health = "/pluginv2.Diagnostics/CheckHealth";
const seen = { healthInFlight: 0, runStreams: 0 };
const callsOfSession = new WeakMap<Http2Session, string[]>();
const sessions = new Set<Http2Session>();

/** Serves one call of gRPC. */
export function serveStream(stream: ServerHttp2Stream, headers: IncomingHttpHeaders, plugin: Plugin): void {
  const path = headers[":path"] ?? "";
  stream.on("error", () => {});
  remember(stream, path);
  if (path === "/plugin.GRPCStdio/StreamStdio" || path === "/plugin.GRPCBroker/StartStream") {
    const isFault = path.includes("Stdio") ? fault("services.stdio") : fault("services.broker");
    if (isFault) {
      reply(stream, { status: 13 });
      return;
    }
    stream.resume();
    stream.respond({ ":status": 200, "content-type": "application/grpc" });
    return;
  }
  if (path.includes("ServerReflection/")) {
    // Its stream of requests does not end before the answer.
    stream.once("data", () => {
      void import("./answers.ts").then(({ listServices }) => reply(stream, { messages: [listServices()] }));
    });
    return;
  }
  if (path === health) {
    stream.on("close", () => {
      if (fault("calls.cancel") && stream.rstCode === 8) process.exit(1);
    });
  }
  const parts: Buffer[] = [];
  let bytes = 0;
  stream.on("data", (part: Buffer) => {
    if (bytes > mebi) remember(stream, "more");
    bytes += part.length;
    if (bytes > 16 * mebi + 5 && fault("calls.17-mib")) stream.session?.destroy();
    parts.push(part);
  });
  stream.on("end", () => {
    void answerCall(stream, headers, Buffer.concat(parts), plugin);
  });
}

async function answerCall(
  stream: ServerHttp2Stream,
  headers: IncomingHttpHeaders,
  body: Buffer,
  plugin: Plugin,
): Promise<void> {
  const path = headers[":path"] ?? "";
  if (body.length > (fault("calls.15-mib") ? 4 : 16) * mebi + 5) {
    reply(stream, { status: 8 });
    return;
  }
  if (headers["grpc-encoding"] === "gzip") {
    reply(stream, { status: fault("calls.gzip") ? 13 : 12 });
    return;
  }
  if (path === "/plugin.GRPCController/Shutdown") {
    reply(stream, { messages: [new Uint8Array()] });
    stream.on("close", () => plugin.shutDown());
    return;
  }
  if (path === health && (plugin.major === 2 || fault("v1.no-v2"))) {
    return answerHealth(stream, headers, body.subarray(5));
  }
  const { answer } = await import("./answers.ts");
  if (path === "/pluginv2.Stream/RunStream" && plugin.major === 2) {
    runStream(stream, headers, plugin);
    return;
  }
  reply(stream, await answer(path, body.subarray(5), plugin.major));
}

/** The call by which the checks try everything that is not the message. */
async function answerHealth(
  stream: ServerHttp2Stream,
  headers: IncomingHttpHeaders,
  message: Buffer,
): Promise<void> {
  if (fault("output.stdout")) console.log("a call");
  if (fault("requests.empty") && message.length === 0) process.exit(1);
  if (fault("requests.unknown-metadata") && headers["tenantid"] !== undefined) {
    reply(stream, { status: 3 });
    return;
  }
  if (fault("calls.authority") && headers[":authority"] !== "unused") {
    reply(stream, { status: 2 });
    return;
  }
  if (fault("calls.timeout-units") && String(headers["grpc-timeout"]).endsWith("u")) {
    reply(stream, { status: 13 });
    return;
  }
  if (fault("calls.many")) {
    seen.healthInFlight += 1;
    const isTooMany = seen.healthInFlight > 50;
    await new Promise((resolve) => setTimeout(resolve, 50));
    seen.healthInFlight -= 1;
    if (isTooMany) {
      reply(stream, { status: 8 });
      return;
    }
  }
  const { checkHealth } = await import("./answers.ts");
  const answer = checkHealth(message);
  if (fault("calls.uncompressed")) {
    reply(stream, answer, { "grpc-encoding": "gzip" });
    return;
  }
  reply(stream, answer, fault("calls.content-type") ? { "content-type": "text/plain" } : {});
}

/** Packets until the call ends. */
function runStream(stream: ServerHttp2Stream, headers: IncomingHttpHeaders, plugin: Plugin): void {
  seen.runStreams += 1;
  if (fault("streams.cancel") && seen.runStreams === 2) {
    reply(stream, { status: 13 });
    return;
  }
  if (fault("streams.many") && plugin.openStreams() > 20) {
    reply(stream, { status: 8 });
    return;
  }
  // StreamPacket: field 1 is data.
  const data = Buffer.from(fault("streams.packet") ? "packet" : "{}");
  const message = Buffer.concat([Buffer.from([10, data.length]), data]);
  stream.respond({ ":status": 200, "content-type": "application/grpc" }, { waitForTrailers: true });
  stream.on("wantTrailers", () => stream.sendTrailers({ "grpc-status": "4" }));
  const timer = setInterval(() => stream.write(envelope(message, false)), 20);
  stream.on("close", () => clearInterval(timer));
  stream.write(envelope(message, false));
  const timeout = /^(\d+)m$/.exec(String(headers["grpc-timeout"]))?.[1];
  if (timeout === undefined || fault("streams.deadline")) return;
  setTimeout(() => {
    clearInterval(timer);
    stream.end();
  }, Number(timeout));
}

function reply(
  stream: ServerHttp2Stream,
  { messages = [], status = 0, text = "" }: Reply,
  headers: Readonly<Record<string, string>> = {},
): void {
  if (stream.destroyed) return;
  const start = { ":status": 200, "content-type": "application/grpc", ...headers };
  const end = { "grpc-status": String(status), "grpc-message": text };
  stream.resume();
  if (messages.length === 0) {
    stream.respond({ ...start, ...end }, { endStream: true });
    return;
  }
  stream.respond(start, { waitForTrailers: true });
  stream.on("wantTrailers", () => stream.sendTrailers(end));
  const isCompressed = headers["grpc-encoding"] === "gzip";
  stream.end(Buffer.concat(messages.map((message) => envelope(message, isCompressed))));
}

function envelope(message: Uint8Array, isCompressed: boolean): Buffer {
  const bytes = isCompressed ? gzipSync(message) : message;
  const prefix = Buffer.alloc(5);
  prefix[0] = isCompressed ? 1 : 0;
  prefix.writeUInt32BE(bytes.length, 1);
  return Buffer.concat([prefix, bytes]);
}

/** For the fault that the end of a connection which made one health call ends the others. */
function remember({ session }: ServerHttp2Stream, path: string): void {
  if (session === undefined) return;
  const calls = callsOfSession.get(session) ?? [];
  calls.push(path);
  callsOfSession.set(session, calls);
  if (sessions.has(session)) return;
  sessions.add(session);
  session.on("close", () => {
    sessions.delete(session);
    if (!fault("calls.second-connection") || calls.length !== 1 || calls[0] !== health) return;
    for (const other of sessions) other.destroy();
  });
}
