// A plugin that conforms, made of Node's HTTP/2 alone, so that no safeguard of ours stands in the way of a fault.
// FAULT=<name of a check> plants the one fault that this check, and no other, has to find.
import { spawn } from "node:child_process";
import { chmodSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http2";
import { join } from "node:path";
import { fault } from "./fault.ts";
import { serveStream } from "./serve-stream.ts";

const { env } = process;

if (fault("handshake.starts")) process.exit(2);
refuseWithoutCookie();
const major = chooseMajor();
if (env["PLUGIN_CLIENT_CERT"] !== undefined && !fault("handshake.tls")) {
  console.error("this plugin has no TLS");
  process.exit(1);
}
log();
if (fault("handshake.first-line")) console.log("starting");

const folder = fault("handshake.socket-directory") ? env["TMPDIR"] : env["PLUGIN_UNIX_SOCKET_DIR"];
const path = join(folder ?? "/tmp", `plugin${process.pid}`);
const server = createServer({ maxSessionMemory: 100, settings: { initialWindowSize: 2 ** 20 } });
let openStreams = 0;

server.on("session", (session) => session.on("error", () => {}));
server.on("stream", (stream, headers) => {
  const isRunStream = headers[":path"] === "/pluginv2.Stream/RunStream";
  if (isRunStream) {
    openStreams += 1;
    stream.on("close", () => {
      openStreams -= 1;
    });
  }
  serveStream(stream, headers, { major, openStreams: () => openStreams, shutDown });
});

if (fault("handshake.listens-first")) {
  announce();
  // The checks dial at once. Only the plugin that they start first is so late, so that a run does not last for ever.
  const delayMs = folder?.endsWith("/1/s") ? 3000 : 0;
  setTimeout(() => server.listen(path, restrict), delayMs);
} else {
  server.listen(path, () => {
    restrict();
    announce();
  });
}

process.on("SIGTERM", () => {
  if (!fault("end.sigterm")) end(0);
});
process.on("SIGINT", () => {
  if (fault("end.sigint")) end(0);
});
const parent = process.ppid;
setInterval(() => {
  if (process.ppid !== parent && !fault("end.host-lost")) end(0);
}, 100);

function refuseWithoutCookie(): void {
  const cookie = env["grafana_plugin_type"];
  const isTaken =
    cookie === "datasource" ||
    (fault("cookie.missing") && cookie === undefined) ||
    (fault("cookie.wrong") && cookie !== undefined);
  if (isTaken) return;
  if (!fault("cookie.text")) console.error("This binary is a plugin.");
  process.exit(1);
}

function chooseMajor(): number {
  const list = env["PLUGIN_PROTOCOL_VERSIONS"];
  if (list === undefined) return fault("negotiation.no-list") ? 2 : 1;
  const entries = list.split(",");
  if (fault("negotiation.not-numbers") && entries.some((entry) => !/^\d+$/.test(entry))) process.exit(1);
  const common = entries.map(Number).filter((entry) => entry === 1 || entry === 2);
  if (common.length === 0 && fault("negotiation.nothing-in-common")) process.exit(1);
  if (fault("negotiation.highest")) return common[0] ?? 1;
  if (fault("negotiation.any-order")) return common.at(-1) ?? 1;
  return Math.max(1, ...common);
}

function log(): void {
  const line = {
    "@level": fault("output.log-level") ? "warning" : "info",
    "@message": fault("output.log-types") ? 5 : "ready",
    "@timestamp": fault("output.log-timestamp") ? new Date(0).toISOString() : "2026-01-02T03:04:05.123456Z",
  };
  console.error(JSON.stringify(line));
  if (fault("output.line-length")) console.error("x".repeat(70_000));
}

function restrict(): void {
  chmodSync(path, fault("handshake.socket-mode") ? 0o666 : 0o600);
}

function announce(): void {
  const fields = [
    fault("handshake.core-version") ? 2 : 1,
    major,
    "unix",
    path,
    fault("handshake.rpc-protocol") ? "netrpc" : "grpc",
    fault("handshake.no-certificate") ? "A".repeat(60) : "",
  ];
  if (fault("handshake.no-multiplexing")) fields.push("true");
  // Synchronous: a plugin that ends at once still has said it.
  writeFileSync(1, `${fields.join("|")}\n`);
}

function shutDown(): void {
  if (fault("end.no-processes")) spawn("sleep", ["600"], { stdio: "ignore" }).unref();
  if (fault("end.shutdown") && openStreams === 0) return;
  if (fault("end.shutdown-in-call") && openStreams > 0) return;
  end(fault("end.exit-code") ? 3 : 0);
}

function end(code: number): void {
  if (!fault("end.no-files")) rmSync(path, { force: true });
  process.exit(code);
}
