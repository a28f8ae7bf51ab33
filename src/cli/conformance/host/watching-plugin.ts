// The plugin that watches its host. It is started by the host, with the folder of the run and the name of the act as
// its first arguments, and writes what it sees to events.jsonl in that folder.
import { appendFileSync, rmSync, writeSync } from "node:fs";
import { createServer, type IncomingHttpHeaders, type ServerHttp2Stream } from "node:http2";
import { join } from "node:path";
import { messagesIn } from "../wire/messages-in.ts";
import type { Act, WatchEvent } from "./acts.ts";
import { isOwnService } from "./acts.ts";

const [folder = ".", actName = "watch", ...args] = process.argv.slice(2);
const act = actName as Act;
const { env, pid } = process;
const noisyBytes = 2 ** 20;
/** Long enough that a host which kills at once is seen, and far from the two seconds that a plugin has. */
const lingerMs = 200;
const cookieName = "grafana_plugin_type";

type Unstamped<E> = E extends unknown ? Omit<E, "at" | "pid"> : never;
const note = (event: Unstamped<WatchEvent>): void => {
  appendFileSync(join(folder, "events.jsonl"), `${JSON.stringify({ at: Date.now(), pid, ...event })}\n`);
};

const own = Object.entries(env).filter(([name]) => name.startsWith("PLUGIN_") || name === cookieName);
note({ kind: "start", args, env: Object.fromEntries(own.map(([name, value]) => [name, value ?? ""])) });
if (env["PLUGIN_CLIENT_CERT"] !== undefined) {
  process.stderr.write("the watching plugin has no TLS: start the host without it\n");
  process.exit(1);
}
for (const signal of ["SIGTERM", "SIGINT"] as const) {
  process.on(signal, () => {
    note({ kind: "signal", signal });
    if (signal === "SIGTERM" && act !== "deaf") process.exit(0);
  });
}

const path = join(env["PLUGIN_UNIX_SOCKET_DIR"] ?? env["TMPDIR"] ?? "/tmp", `plugin${pid}`);
process.on("exit", () => rmSync(path, { force: true }));
const drain = Promise.withResolvers<void>();
const server = createServer({ maxSessionMemory: 200 });
server.on("session", (session) => {
  note({ kind: "connection" });
  session.on("error", () => {});
});
server.on("stream", (stream, headers) => {
  stream.on("error", () => {});
  serve(stream, headers);
});
if (act === "bare") server.listen(0, "127.0.0.1", announce);
else server.listen(path, announce);

function announce(): void {
  const offered = (env["PLUGIN_PROTOCOL_VERSIONS"] ?? "1").split(",").map(Number);
  const major = act === "foreign" ? 99 : Math.max(1, ...offered.filter((each) => each === 1 || each === 2));
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  if (act === "garbage") writeSync(1, "this is not a handshake line\n");
  writeSync(
    1,
    act === "bare" ? `1|${major}|tcp|127.0.0.1:${port}|grpc\n` : `1|${major}|unix|${path}|grpc|\n`,
  );
  if (act !== "noisy") return;
  const line = `${"noise ".repeat(100)}\n`;
  const text = line.repeat(Math.ceil(noisyBytes / line.length));
  // A pipe that the host has closed fails the write: then nothing was read.
  process.stdout.write(text, (failedOnStdout) => {
    if (failedOnStdout) return;
    process.stderr.write(text, (failedOnStderr) => {
      if (failedOnStderr) return;
      note({ kind: "drained" });
      drain.resolve();
    });
  });
}

function serve(stream: ServerHttp2Stream, headers: IncomingHttpHeaders): void {
  const name = headers[":path"] ?? "";
  const shown = Object.entries(headers).map(([key, value]) => [key, String(value)]);
  note({ kind: "call", path: name, headers: Object.fromEntries(shown) });
  if (act === "crash" && !isOwnService(name)) process.exit(7);
  if (act === "bare" && isOwnService(name)) {
    stream.resume();
    stream.respond(
      { ":status": 200, "content-type": "application/grpc", "grpc-status": "12" },
      { endStream: true },
    );
    return;
  }
  if (name === "/plugin.GRPCStdio/StreamStdio" || name === "/plugin.GRPCBroker/StartStream") {
    stream.resume();
    stream.respond({ ":status": 200, "content-type": "application/grpc" });
    return;
  }
  const parts: Buffer[] = [];
  stream.on("data", (part: Buffer) => parts.push(part));
  stream.on("end", () => {
    void answer(stream, name, Buffer.concat(parts));
  });
}

async function answer(stream: ServerHttp2Stream, name: string, body: Buffer): Promise<void> {
  const message = messagesIn(body).messages[0] ?? new Uint8Array();
  // So that the host does not end the plugin before it could read all.
  if (act === "noisy") await drain.promise;
  if (name === "/plugin.GRPCController/Shutdown") {
    note({ kind: "request", path: name, bytes: message.length, missing: [] });
    if (act === "deaf") return;
    reply(stream, [new Uint8Array()]);
    setTimeout(() => {
      note({ kind: "exit" });
      process.exit(0);
    }, lingerMs);
    return;
  }
  // Its host waits, until it is killed.
  if (act === "orphan" && !isOwnService(name)) return;
  const { missingIn, answersTo } = await import("./answers.ts");
  note({ kind: "request", path: name, bytes: message.length, missing: missingIn(name, message) });
  reply(stream, answersTo(name, message));
}

/** Without messages the call is UNIMPLEMENTED. */
function reply(stream: ServerHttp2Stream, messages: readonly Uint8Array[] | undefined): void {
  if (stream.destroyed) return;
  const start = { ":status": 200, "content-type": "application/grpc" };
  if (messages === undefined) {
    stream.respond({ ...start, "grpc-status": "12" }, { endStream: true });
    return;
  }
  stream.respond(start, { waitForTrailers: true });
  stream.on("wantTrailers", () => stream.sendTrailers({ "grpc-status": "0" }));
  const prefixes = messages.map((message) => {
    const prefix = Buffer.alloc(5);
    prefix.writeUInt32BE(message.length, 1);
    return Buffer.concat([prefix, message]);
  });
  stream.end(Buffer.concat(prefixes));
}
