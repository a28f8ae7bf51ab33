import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import {
  chmodSync,
  chownSync,
  lchownSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { suite, test } from "node:test";
import { parseHandshakeLine } from "grafana-plugin-protocol/go-plugin";
import { listenForHost } from "../../../src/plugin/listen/listen-for-host.ts";
import { checkLength } from "../../../src/plugin/listen/listen-unix.ts";
import type {
  ListenOptions,
  SocketTransport,
  TransportServer,
} from "../../../src/transport/socket-transport.ts";
import { boundPaths } from "../../helpers/bound-paths.ts";
import { privateTmp } from "../../helpers/private-tmp.ts";
import { rejectsWithPluginError } from "../../helpers/rejection.ts";
import { runProgram, sourceProgram } from "../../helpers/run-program.ts";
import { cookie, servedFixture } from "../../helpers/served-fixture.ts";
import { testedTransport } from "../../helpers/tested-transport.ts";

const limits = { services: [], maxReceiveBytes: 1000, maxSendBytes: 1000 };
const isRoot = process.getuid?.() === 0;
const group = isRoot ? "4242" : String(process.getgid?.());
const needsRoot = isRoot ? false : "only root can give a file to another user";

/** The real transport, and what is done at the moment at which a socket is bound. */
function watched(onBound: (path: string) => void): SocketTransport {
  return {
    ...testedTransport,
    listen: async (options: ListenOptions) => {
      const server = await testedTransport.listen(options);
      onBound(options.address.network === "unix" ? options.address.path : "");
      return server;
    },
  };
}

function pathOf({ address }: TransportServer): string {
  return address.network === "unix" ? address.path : "";
}

suite("the socket of our plugin", () => {
  test("the socket of our plugin is bound where it is announced, in a directory that nobody else can enter and that goes with it", async (t) => {
    const { path } = await privateTmp(t);
    const modes: number[] = [];
    const transport = watched((socket) => modes.push(statSync(dirname(socket)).mode & 0o777));

    const server = await listenForHost(transport, "unix", { unixSocketDir: path }, limits);

    const socket = pathOf(server);
    assert.deepEqual(modes, [0o700]);
    assert.equal(dirname(dirname(socket)), path);
    assert.deepEqual(boundPaths(path), [socket]);
    assert.deepEqual([statSync(dirname(socket)).mode & 0o777, statSync(socket).mode & 0o777], [0o700, 0o600]);
    const connection = await testedTransport.dial({ address: server.address, ...limits });
    connection.close();
    await server.close();
    assert.deepEqual(readdirSync(path), []);
  });

  test("the socket of our plugin has no symbolic link and no relative part in its path, so that others know it by its name", async (t) => {
    const { path } = await privateTmp(t);
    mkdirSync(join(path, "real"));
    symlinkSync("real", join(path, "link"));

    const server = await listenForHost(testedTransport, "unix", { unixSocketDir: `${path}/./link` }, limits);

    assert.equal(dirname(dirname(pathOf(server))), join(path, "real"));
    assert.deepEqual(boundPaths(path), [pathOf(server)]);
    await server.close();
  });

  test("the socket of our plugin belongs to the group that the host names, as does its directory", async (t) => {
    const { path } = await privateTmp(t);
    const modes: number[] = [];
    const transport = watched((socket) => modes.push(statSync(dirname(socket)).mode & 0o777));
    const host = { unixSocketDir: path, unixSocketGroup: group };

    const server = await listenForHost(transport, "unix", host, limits);

    const [socket, directory] = [statSync(pathOf(server)), statSync(dirname(pathOf(server)))];
    assert.deepEqual(modes, [0o700]);
    assert.deepEqual([socket.mode & 0o777, socket.gid], [0o660, Number(group)]);
    assert.deepEqual([directory.mode & 0o777, directory.gid], [0o710, Number(group)]);
    await server.close();
    assert.deepEqual(readdirSync(path), []);
  });

  test("the socket of our plugin is not there for a group that is unknown, and nothing is left of the try", async (t) => {
    const { path } = await privateTmp(t);
    const host = { unixSocketDir: path, unixSocketGroup: "no-such-group" };

    const error = await rejectsWithPluginError(
      listenForHost(testedTransport, "unix", host, limits),
      "listen_failed",
    );

    assert.match(
      error.message,
      /"no-such-group" \(PLUGIN_UNIX_SOCKET_GROUP\), which \/etc\/group does not have/,
    );
    assert.deepEqual(readdirSync(path), []);
  });

  test("the socket of our plugin goes in peace when the host has removed its directory before", async (t) => {
    const { path } = await privateTmp(t);
    const server = await listenForHost(testedTransport, "unix", { unixSocketDir: path }, limits);

    rmSync(dirname(pathOf(server)), { recursive: true });
    await server.close();

    assert.deepEqual(readdirSync(path), []);
  });

  test("the socket of our plugin may have a path of 107 bytes, and one more is an error that names it", async (t) => {
    const { path } = await privateTmp(t);
    const directory = join(path, "d".repeat(107 - 16 - path.length - 1));
    mkdirSync(directory);

    const server = await listenForHost(testedTransport, "unix", { unixSocketDir: directory }, limits);
    assert.equal(pathOf(server).length, 107);
    await server.close();

    const error = await rejectsWithPluginError(
      listenForHost(testedTransport, "unix", { unixSocketDir: `${directory}d` }, limits),
      "listen_failed",
    );
    assert.match(error.message, /dd" would have a path longer than the 107 bytes/);
    assert.deepEqual(readdirSync(directory), []);
  });

  test("the socket of our plugin may have a path of 103 bytes on macOS", () => {
    const fits = `/${"d".repeat(103 - 16 - 1)}`;

    checkLength(fits, "darwin");
    assert.throws(() => checkLength(`${fits}d`, "darwin"), /103 bytes/);
  });

  test("the socket of our plugin may be reached by a link to a path that is too long", async (t) => {
    const { path } = await privateTmp(t);
    const directory = join(path, "d".repeat(100));
    mkdirSync(directory);
    symlinkSync(directory, join(path, "short"));

    const host = { unixSocketDir: join(path, "short") };
    const server = await listenForHost(testedTransport, "unix", host, limits);

    assert.equal(dirname(dirname(pathOf(server))), join(path, "short"));
    await server.close();
    assert.deepEqual(readdirSync(directory), []);
  });
});

suite("a directory in which others could replace the socket", () => {
  const wrong: readonly [name: string, skip: string | false, make: (path: string) => void, says: RegExp][] = [
    [
      "that everybody can write to",
      false,
      (path) => chmodSync(path, 0o777),
      /other users can write to .* \(mode 0777\) .*: run chmod o-w on it, or chmod \+t/,
    ],
    [
      "that another group can write to",
      needsRoot,
      (path) => {
        chownSync(path, 0, 4242);
        chmodSync(path, 0o770);
      },
      /the members of the group 4242 can write to .*: run chmod g-w/,
    ],
    ["that is another user's", needsRoot, (path) => chownSync(path, 4242, 0), /belongs to the user 4242/],
    [
      "that is another user's, sticky as it may be",
      needsRoot,
      (path) => {
        chownSync(path, 4242, 0);
        chmodSync(path, 0o1777);
      },
      /belongs to the user 4242/,
    ],
  ];
  for (const [name, skip, make, says] of wrong) {
    test(`a directory in which others could replace the socket ${name} is refused, and nothing is made in it`, {
      skip,
    }, async (t) => {
      const { path } = await privateTmp(t);
      const directory = join(path, "shared");
      mkdirSync(directory);
      make(directory);
      const below = join(directory, "below");
      mkdirSync(below);
      symlinkSync(below, join(path, "link"));

      for (const unixSocketDir of [directory, below, join(path, "link")]) {
        const error = await rejectsWithPluginError(
          listenForHost(testedTransport, "unix", { unixSocketDir }, limits),
          "listen_failed",
        );
        assert.match(error.message, says);
        assert.match(error.message, /PLUGIN_UNIX_SOCKET_DIR/);
      }
      assert.deepEqual([readdirSync(directory), readdirSync(below)], [["below"], []]);
    });
  }

  test("a directory in which others could replace the socket by a symbolic link of another user is refused", {
    skip: needsRoot,
  }, async (t) => {
    const { path } = await privateTmp(t);
    mkdirSync(join(path, "real"));
    symlinkSync("real", join(path, "link"));
    lchownSync(join(path, "link"), 4242, 4242);

    const error = await rejectsWithPluginError(
      listenForHost(testedTransport, "unix", { unixSocketDir: join(path, "link") }, limits),
      "listen_failed",
    );

    assert.match(error.message, /the symbolic link ".*link" belongs to the user 4242/);
  });

  test("a directory in which others could replace the socket is taken with the sticky bit, as /tmp has it", async (t) => {
    const { path } = await privateTmp(t);
    const directory = join(path, "shared");
    mkdirSync(directory);
    chmodSync(directory, 0o1777);

    const server = await listenForHost(testedTransport, "unix", { unixSocketDir: directory }, limits);

    await server.close();
    assert.deepEqual(readdirSync(directory), []);
  });

  test("a directory in which others could replace the socket is taken when it is a volume that root owns, as containers get them", async (t) => {
    const { path } = await privateTmp(t);
    const volume = join(path, "volume");
    mkdirSync(volume);
    const mount = `mount -t tmpfs -o mode=777 tmpfs '${volume}'`;
    if (spawnSync("unshare", ["-m", "/bin/sh", "-c", mount]).status !== 0) {
      t.skip("needs the right to mount a file system in a namespace of its own");
      return;
    }
    // Sees the mount, which is gone with it.
    const plugin = runProgram(
      t,
      "unshare",
      [
        "-m",
        "/bin/sh",
        "-c",
        `${mount} && exec "$0" "$@"`,
        process.execPath,
        ...sourceProgram(servedFixture),
      ],
      { ...cookie, PLUGIN_UNIX_SOCKET_DIR: volume },
    );

    const { address } = parseHandshakeLine(await plugin.firstLine());

    assert.equal(dirname(dirname(address)), volume);
    process.kill(plugin.pid, "SIGTERM");
    assert.deepEqual(await plugin.ended, { code: 0, signal: null });
  });

  test("a directory in which others could replace the socket does not lead to a file of this user when it is the system's temporary one", async (t) => {
    const { path } = await privateTmp(t);
    chmodSync(path, 0o777);
    const victim = join(path, "victim");
    writeFileSync(victim, "mine", { mode: 0o644 });
    let moved = "";
    // What another user would do between the bind and the change of permissions.
    const transport = watched((socket) => {
      moved = dirname(socket);
      renameSync(moved, join(path, "away"));
      mkdirSync(moved);
      symlinkSync(victim, socket);
    });

    const server = await listenForHost(transport, "unix", { unixSocketGroup: group }, limits);

    const { mode, gid } = statSync(victim);
    assert.deepEqual([mode & 0o777, gid], [0o644, statSync(path).gid]);
    assert.equal(statSync(join(path, "away", "s")).mode & 0o777, 0o660);
    await server.close();
    assert.equal(readFileSync(victim, "utf8"), "mine");
    rmSync(join(path, "away"), { recursive: true });
  });
});
