// A plugin without any library. Of protocol 2 it has a health check. Any host can run it.
import { randomBytes } from "node:crypto";
import { rmSync } from "node:fs";
import { createServer } from "node:http2";
import { tmpdir } from "node:os";
import { join } from "node:path";

if (process.env["grafana_plugin_type"] !== "datasource") {
  console.error("This binary is a plugin. These are not meant to be executed directly.");
  process.exit(1);
}

// A host that sends a certificate speaks TLS, from its first byte on.
if (process.env["PLUGIN_CLIENT_CERT"]) {
  console.error("PLUGIN_CLIENT_CERT asks for TLS, which this plugin does not have");
  process.exit(1);
}

/** By path: the message of the answer. Field 1 of the first two is a status, 1; field 2 is a text. */
const answers = new Map([
  ["/grpc.health.v1.Health/Check", Buffer.from([0x08, 1])],
  ["/pluginv2.Diagnostics/CheckHealth", Buffer.concat([Buffer.from([0x08, 1, 0x12, 2]), Buffer.from("ok")])],
  ["/plugin.GRPCController/Shutdown", Buffer.alloc(0)],
]);

const server = createServer();
server.on("stream", (stream, headers) => {
  stream.on("error", () => {});
  stream.resume();
  const path = headers[":path"] ?? "";
  const message = answers.get(path);
  const start = { ":status": 200, "content-type": "application/grpc" };
  if (message === undefined) {
    // Unimplemented, which tells the host that the plugin lacks this service; go-plugin's stdio and broker, too.
    stream.respond({ ...start, "grpc-status": 12 }, { endStream: true });
    return;
  }
  stream.respond(start, { waitForTrailers: true });
  stream.on("wantTrailers", () => stream.sendTrailers({ "grpc-status": "0" }));
  const prefix = Buffer.alloc(5);
  prefix.writeUInt32BE(message.length, 1);
  stream.end(Buffer.concat([prefix, message]));
  if (path === "/plugin.GRPCController/Shutdown") stream.on("close", () => process.exit(0));
});

const directory = process.env["PLUGIN_UNIX_SOCKET_DIR"] ?? tmpdir();
const socket = join(directory, `plugin${randomBytes(6).toString("hex")}`);
process.on("exit", () => rmSync(socket, { force: true }));
process.on("SIGINT", () => {});
// Printed only when a host can connect.
server.listen(socket, () => process.stdout.write(`1|2|unix|${socket}|grpc|\n`));
