// A host without any library: it starts a plugin, makes two calls, ends it, and prints every byte of gRPC.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { connect } from "node:http2";
import { createConnection, type Socket } from "node:net";
import { createInterface } from "node:readline";

const [command = "", ...args] = process.argv.slice(2);
const offer = {
  grafana_plugin_type: "datasource",
  PLUGIN_PROTOCOL_VERSIONS: "2,1",
  PLUGIN_MIN_PORT: "10000",
  PLUGIN_MAX_PORT: "25000",
};
for (const [name, value] of Object.entries(offer)) console.log(`${name}=${value}`);
const child = spawn(command, args, {
  env: { ...process.env, ...offer },
  stdio: ["ignore", "pipe", "inherit"],
});
const exited = once(child, "exit");

// Continues to read after the first line, so that the plugin never blocks on a full pipe.
const stdout = createInterface({ input: child.stdout });
const line: string = (await once(stdout, "line"))[0];
console.log(line);
const [, , network, address = ""] = line.split("|");
const dial = (): Socket => {
  if (network === "unix") return createConnection(address);
  const [host, port] = address.split(":");
  return createConnection(Number(port), host || "127.0.0.1");
};
const session = connect("http://unused", { createConnection: dial });

/** One unary call: a byte that says "not compressed", the length in four bytes, the message. */
async function call(path: string, message: Buffer): Promise<void> {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(message.length);
  console.log(`> ${path} 00 ${length.toString("hex")} ${message.toString("hex")}`.trimEnd());
  const stream = session.request({
    ":method": "POST",
    ":path": path,
    "content-type": "application/grpc",
    te: "trailers",
  });
  let answer = Buffer.alloc(0);
  let status: unknown = "none";
  stream.on("response", (headers) => (status = headers["grpc-status"] ?? status));
  stream.on("trailers", (trailers) => (status = trailers["grpc-status"]));
  stream.on("data", (data: Buffer) => (answer = Buffer.concat([answer, data])));
  stream.on("error", () => {});
  stream.end(Buffer.concat([Buffer.alloc(1), length, message]));
  await once(stream, "close");
  const parts = [answer.subarray(0, 1), answer.subarray(1, 5), answer.subarray(5)];
  const hex = parts.map((part) => part.toString("hex")).join(" ");
  console.log(`< ${hex.trim() || "nothing"}, grpc-status ${status}`);
}

// Field 1, service: "plugin". Field 1, pluginContext: an empty message, which a Go plugin must have. Nothing.
await call("/grpc.health.v1.Health/Check", Buffer.concat([Buffer.from([0x0a, 6]), Buffer.from("plugin")]));
await call("/pluginv2.Diagnostics/CheckHealth", Buffer.from([0x0a, 0]));
await call("/plugin.GRPCController/Shutdown", Buffer.alloc(0));
session.destroy();

const kill = setTimeout(() => child.kill("SIGKILL"), 2000);
const [code, signal] = await exited;
clearTimeout(kill);
console.log(`exit code ${code}, signal ${signal}`);
