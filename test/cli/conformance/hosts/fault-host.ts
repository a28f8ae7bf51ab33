// A host that conforms, made of Node's HTTP/2 alone. FAULT=<name of a check> plants the one fault that this check, and
// no other, has to find.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { type ClientHttp2Session, connect } from "node:http2";
import { connect as connectSocket } from "node:net";
import { createInterface } from "node:readline";
import { gzipSync } from "node:zlib";
import { create, type DescMessage, type MessageInitShape, toBinary } from "@bufbuild/protobuf";
import { CheckHealthRequestSchema, QueryDataRequestSchema } from "grafana-plugin-protocol/v2";

const [command = ""] = process.argv.slice(2);
const fault = (name: string): boolean => process.env["FAULT"] === `host.${name}`;
const stdio = "/plugin.GRPCStdio/StreamStdio";
const broker = "/plugin.GRPCBroker/StartStream";
const shutdown = "/plugin.GRPCController/Shutdown";
const health = "/pluginv2.Diagnostics/CheckHealth";

if (fault("starts")) process.exit(1);
const child = start();
const exited = once(child, "exit");
const watchdog = fault("killed") ? undefined : watch(child);
process.on("SIGTERM", () => {
  if (!fault("crash")) process.exit(1);
});

const lines = createInterface({ input: child.stdout ?? process.stdin });
if (!fault("output")) child.stderr?.resume();
const line: string = await Promise.race([
  once(lines, "line").then(([text]) => String(text)),
  exited.then(() => ""),
]);
if (fault("output")) child.stdout?.pause();
const [core, major, network, address = ""] = line.split("|");
if (core !== "1" || network === undefined) refuse("first-line");
else if (major !== "2") refuse("unknown-major");
else if (fault("bare") && network === "tcp") refuse("");
else await callAll(connectTo(network, address));
watchdog?.();
// A plugin that a fault left runs on.
process.exit(0);

function start(): ChildProcess {
  const env: Record<string, string | undefined> = {
    ...process.env,
    FAULT: undefined,
    grafana_plugin_type: fault("cookie") ? "renderer" : "datasource",
    PLUGIN_PROTOCOL_VERSIONS: fault("versions") ? "2,v3" : "2",
    PLUGIN_MIN_PORT: "10000",
    PLUGIN_MAX_PORT: fault("ports") ? "9000" : "25000",
  };
  const args = fault("no-arguments") ? ["--plugin"] : [];
  return spawn(command, args, { env, detached: true, stdio: ["ignore", "pipe", "pipe"] });
}

/** Kills the plugin when this process is gone: the pipe of the shell ends with it. Returns how to stop that. */
function watch({ pid }: ChildProcess): () => void {
  const shell = spawn("sh", ["-c", 'read -r answer || kill -KILL "$1"', "sh", String(pid)], {
    detached: true,
    stdio: ["pipe", "ignore", "ignore"],
  });
  shell.unref();
  return () => {
    shell.stdin?.end("stop\n");
  };
}

function refuse(unlessFault: string): void {
  if (fault(unlessFault)) leave();
  child.kill("SIGKILL");
}

/** Ends this host, and leaves the plugin. */
function leave(): void {
  watchdog?.();
  process.exit(1);
}

function connectTo(network: string, where: string): ClientHttp2Session {
  const port = Number(where.slice(where.lastIndexOf(":") + 1));
  const session = connect("http://unused", {
    createConnection: () => (network === "unix" ? connectSocket(where) : connectSocket(port, "127.0.0.1")),
  });
  session.on("error", () => {});
  return session;
}

async function callAll(session: ClientHttp2Session): Promise<void> {
  if (!fault("stdio")) void call(session, stdio, new Uint8Array(), true);
  void call(session, broker, new Uint8Array(), true);
  if (fault("broker")) void call(session, broker, new Uint8Array(), true);
  const pluginContext = fault("contexts") ? undefined : { orgId: 1n };
  const isUp = await call(session, health, bytes(CheckHealthRequestSchema, context(pluginContext)));
  if (isUp) {
    await call(
      session,
      "/pluginv2.Data/QueryData",
      bytes(QueryDataRequestSchema, {
        pluginContext: { orgId: 1n },
        queries: [{ refId: "A", timeRange: {} }],
      }),
    );
    if (fault("message-size")) await call(session, health, large());
  } else if (fault("crash")) {
    // As a host that waits for an answer which no longer comes.
    await new Promise(() => setInterval(() => {}, 1000));
  }
  if (!fault("shutdown")) await close(session);
  session.destroy();
  if (fault("shutdown")) child.kill("SIGTERM");
  const [code] = await exited;
  if (fault("leftovers") && isUp && code === 0)
    await once(createInterface({ input: start().stdout ?? process.stdin }), "line");
}

/** Calls Shutdown, and kills the plugin if it does not end within two seconds. */
async function close(session: ClientHttp2Session): Promise<void> {
  const answer = call(session, shutdown, new Uint8Array());
  if (fault("shutdown-last"))
    void call(session, health, bytes(CheckHealthRequestSchema, context({ orgId: 1n })));
  if (fault("patience")) {
    await answer;
    child.kill("SIGKILL");
    return;
  }
  const late = new Promise<"late">((resolve) => setTimeout(() => resolve("late"), 2000).unref());
  if ((await Promise.race([exited, late])) !== "late") return;
  if (fault("deaf-plugin")) leave();
  child.kill("SIGKILL");
}

function context<C>(pluginContext: C | undefined): { pluginContext?: C } {
  return pluginContext === undefined ? {} : { pluginContext };
}

function bytes<Desc extends DescMessage>(schema: Desc, init: MessageInitShape<Desc>): Uint8Array {
  return toBinary(schema, create(schema, init));
}

/** A CheckHealthRequest with an unknown field of 17 MiB. */
function large(): Uint8Array {
  const field = Buffer.from("c23e80808008", "hex");
  return Buffer.concat([
    bytes(CheckHealthRequestSchema, context({ orgId: 1n })),
    field,
    Buffer.alloc(2 ** 24),
  ]);
}

/** Resolves with whether the plugin answered. */
function call(
  session: ClientHttp2Session,
  path: string,
  message: Uint8Array,
  isOpen: boolean = false,
): Promise<boolean> {
  const isOdd = path === health;
  const isCompressed = isOdd && fault("uncompressed");
  const stream = session.request({
    ":method": "POST",
    ":path": path,
    "content-type": "application/grpc",
    ...(isOdd && fault("headers") ? {} : { te: "trailers" }),
    ...(isCompressed ? { "grpc-encoding": "gzip" } : {}),
    ...(isOdd && fault("deadlines") ? { "grpc-timeout": "10000000000n" } : {}),
  });
  const body = isCompressed ? gzipSync(message) : message;
  const prefix = Buffer.alloc(5);
  prefix[0] = isCompressed ? 1 : 0;
  prefix.writeUInt32BE(body.length, 1);
  stream.write(Buffer.concat([prefix, body]));
  if (!isOpen) stream.end();
  stream.resume();
  let isAnswered = false;
  stream.on("error", () => {});
  stream.on("response", () => {
    isAnswered = true;
  });
  return new Promise((resolve) => stream.on("close", () => resolve(isAnswered)));
}
