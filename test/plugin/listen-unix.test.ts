import assert from "node:assert/strict";
import { existsSync, mkdirSync, readdirSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { suite, test } from "node:test";
import { listenAddresses } from "../../src/plugin/listen/listen-address.ts";
import { listenForHost } from "../../src/plugin/listen/listen-for-host.ts";
import { connectNodeTransport } from "../../src/transport/connect-node/connect-node-transport.ts";
import type { ListenOptions, SocketTransport } from "../../src/transport/socket-transport.ts";
import { privateTmp } from "../helpers/private-tmp.ts";
import { rejectsWithPluginError } from "../helpers/rejection.ts";

const limits = { services: [], maxReceiveBytes: 1000, maxSendBytes: 1000 };
const group = process.getuid?.() === 0 ? "4242" : String(process.getgid?.());

/** The real transport, which tells where it binds and who can get there at that moment. */
function watched(seen: { path: string; directoryMode: number }[]): SocketTransport {
  return {
    ...connectNodeTransport,
    listen: async (options: ListenOptions) => {
      const server = await connectNodeTransport.listen(options);
      const path = options.address.network === "unix" ? options.address.path : "";
      seen.push({ path, directoryMode: statSync(dirname(path)).mode & 0o777 });
      return server;
    },
  };
}

suite("the socket of our plugin", () => {
  test("is bound where nobody else can enter, then moved to its place with its permissions", async (t) => {
    const { path } = await privateTmp(t);
    const seen: { path: string; directoryMode: number }[] = [];

    const server = await listenForHost(watched(seen), "unix", { unixSocketDir: path }, limits);

    assert.deepEqual(
      seen.map(({ directoryMode }) => directoryMode),
      [0o700],
    );
    const address = server.address.network === "unix" ? server.address.path : "";
    assert.equal(dirname(address), path);
    assert.match(address, /\/plugin-[0-9A-Za-z]{6}\.sock$/);
    assert.equal(statSync(address).mode & 0o777, 0o600);
    assert.deepEqual(readdirSync(path), [address.slice(path.length + 1)]);
    const connection = await connectNodeTransport.dial({ address: server.address, ...limits });
    connection.close();
    await server.close();
    assert.deepEqual(readdirSync(path), []);
  });

  test("belongs to the group that the host names", async (t) => {
    const { path } = await privateTmp(t);
    const host = { unixSocketDir: path, unixSocketGroup: group };

    const server = await listenForHost(connectNodeTransport, "unix", host, limits);

    const { mode, gid } = statSync(server.address.network === "unix" ? server.address.path : "");
    assert.deepEqual([mode & 0o777, gid], [0o660, Number(group)]);
    await server.close();
  });

  test("is not there for a group that is unknown, and nothing is left of the try", async (t) => {
    const { path } = await privateTmp(t);
    const host = { unixSocketDir: path, unixSocketGroup: "no-such-group" };

    const error = await rejectsWithPluginError(
      listenForHost(connectNodeTransport, "unix", host, limits),
      "listen_failed",
    );

    assert.match(
      error.message,
      /"no-such-group" \(PLUGIN_UNIX_SOCKET_GROUP\), which \/etc\/group does not have/,
    );
    assert.deepEqual(readdirSync(path), []);
  });

  test("may have a path of 107 bytes, and one more is an error that names it", async (t) => {
    const { path } = await privateTmp(t);
    const directory = join(path, "d".repeat(107 - 19 - path.length - 1));
    mkdirSync(directory);

    const server = await listenForHost(connectNodeTransport, "unix", { unixSocketDir: directory }, limits);
    assert.equal(server.address.network === "unix" && server.address.path.length, 107);
    await server.close();

    const error = await rejectsWithPluginError(
      listenForHost(connectNodeTransport, "unix", { unixSocketDir: `${directory}d` }, limits),
      "listen_failed",
    );
    assert.match(error.message, /d\/plugin-XXXXXX\.sock" is longer than the 107 bytes/);
    assert.ok(existsSync(directory));
  });

  test("may have a path of 103 bytes on macOS", () => {
    const fits = `/${"d".repeat(103 - 19 - 1)}`;

    assert.deepEqual(
      [...listenAddresses("unix", { unixSocketDir: fits }, "darwin")].map(({ network }) => network),
      ["unix"],
    );
    assert.throws(() => listenAddresses("unix", { unixSocketDir: `${fits}d` }, "darwin"), /103 bytes/);
  });
});
