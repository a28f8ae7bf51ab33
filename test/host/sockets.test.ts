import assert from "node:assert/strict";
import { statSync } from "node:fs";
import { chmod, mkdir, symlink } from "node:fs/promises";
import { dirname, join } from "node:path";
import { suite, test } from "node:test";
import { launchPlugin, type PortRange } from "grafana-plugin-protocol/host";
import { v2 } from "grafana-plugin-protocol/v2";
import { prepareSocketFiles } from "../../src/host/process/socket-files.ts";
import { launchFixture } from "../helpers/launch.ts";
import { privateTmp } from "../helpers/private-tmp.ts";
import { rejectsWithPluginError } from "../helpers/rejection.ts";
import { startFailure } from "../helpers/start-failure.ts";

/** A group that this process may give files to: for root any, else its own. */
const group = process.getuid?.() === 0 ? 4242 : (process.getgid?.() ?? 0);

suite("the socket of a plugin", () => {
  test("the socket of a plugin is in a directory below socketDirectory, which goes with the plugin and leaves that one", async (t) => {
    const tmp = await privateTmp(t);
    const socketDirectory = join(tmp.path, "sockets");
    await mkdir(socketDirectory);
    const plugin = await launchFixture(t, { socketDirectory, env: { PLUGIN_UNIX_SOCKET_DIR: tmp.path } });

    const socket = plugin.attachInfo?.address ?? "";
    const mode = statSync(dirname(dirname(socket))).mode & 0o777;
    await plugin.close();

    assert.equal(dirname(dirname(dirname(socket))), socketDirectory);
    assert.equal(mode, 0o700);
    assert.throws(() => statSync(dirname(dirname(socket))), /ENOENT/);
    assert.ok(statSync(socketDirectory).isDirectory());
  });

  test("the socket of a plugin belongs to socketGroup, as does its directory, which others than members cannot enter", async (t) => {
    await privateTmp(t);
    const plugin = await launchFixture(t, { socketGroup: group });

    const socket = statSync(plugin.attachInfo?.address ?? "");
    const directory = statSync(dirname(dirname(plugin.attachInfo?.address ?? "")));

    assert.deepEqual([socket.mode & 0o777, socket.gid], [0o660, group]);
    assert.deepEqual([directory.mode & 0o777, directory.gid], [0o710, group]);
    assert.equal(JSON.parse(await plugin.ask("environment"))["PLUGIN_UNIX_SOCKET_GROUP"], String(group));
  });

  test("the socket of a plugin is for its user alone without a group", async (t) => {
    await privateTmp(t);
    const plugin = await launchFixture(t);

    assert.equal(statSync(plugin.attachInfo?.address ?? "").mode & 0o777, 0o600);
  });

  test("the socket of a plugin has no directory of its own on Windows", async () => {
    assert.equal((await prepareSocketFiles({ group: "nobody knows it" }, "win32")).directory, undefined);
  });

  test("the socket of a plugin may not have a path that is too long: an error says so before anything is started", async (t) => {
    const tmp = await privateTmp(t);
    const socketDirectory = join(tmp.path, "d".repeat(60));
    await mkdir(socketDirectory);

    const error = await startFailure(tmp, "invalid_option", { command: "/bin/true", socketDirectory });

    assert.match(error.message, /longer than the 107 bytes .*: set socketDirectory or TMPDIR/);
    const parent = `/${"d".repeat(70)}`;
    await rejectsWithPluginError(prepareSocketFiles({ parent }, "darwin"), "invalid_option");
    const missing = await rejectsWithPluginError(prepareSocketFiles({ parent }, "linux"), "invalid_option");
    assert.match(missing.message, /cannot make a directory .*ENOENT/);
  });

  test("the socket of a plugin may be reached by a link to a path that is too long", async (t) => {
    const tmp = await privateTmp(t);
    const long = join(tmp.path, "d".repeat(60));
    await mkdir(long);
    await symlink(long, join(tmp.path, "short"));

    const plugin = await launchFixture(t, { socketDirectory: join(tmp.path, "short") });

    assert.ok(plugin.attachInfo?.address.startsWith(join(tmp.path, "short", "plugin-")));
  });

  test("the socket of a plugin is in no directory in which others could replace it, whoever named it", async (t) => {
    const tmp = await privateTmp(t);
    const shared = join(tmp.path, "shared");
    await mkdir(shared);
    await chmod(shared, 0o777);
    const env = { PLUGIN_UNIX_SOCKET_DIR: shared };

    const named = await startFailure(tmp, "invalid_option", {
      command: "/bin/true",
      socketDirectory: shared,
    });
    const inherited = await startFailure(tmp, "invalid_option", { command: "/bin/true", env });

    assert.match(
      named.message,
      /^socketDirectory cannot be used: other users can write to .*: run chmod o-w on it/,
    );
    assert.match(inherited.message, /^PLUGIN_UNIX_SOCKET_DIR cannot be used: other users can write to/);
  });

  test("the socket of a plugin cannot be given to a group that is not there, and nothing is left of the try", async (t) => {
    const tmp = await privateTmp(t);

    const error = await startFailure(tmp, "invalid_option", {
      command: "/bin/true",
      socketGroup: "no-such-group",
    });

    assert.match(error.message, /socketGroup is "no-such-group", which \/etc\/group does not have/);
  });
});

suite("the ports of a plugin", () => {
  test("the ports of a plugin are the range of the option", async (t) => {
    await privateTmp(t);
    const plugin = await launchFixture(t, { ports: { min: 40_000, max: 40_010 } });

    const env = JSON.parse(await plugin.ask("environment"));

    assert.deepEqual([env["PLUGIN_MIN_PORT"], env["PLUGIN_MAX_PORT"]], ["40000", "40010"]);
  });

  const wrong: readonly PortRange[] = [
    { min: 0, max: 10 },
    { min: 10, max: 9 },
    { min: 1, max: 65_536 },
    { min: 1.5, max: 2 },
    { min: Number.NaN, max: 2 },
  ];
  for (const ports of wrong) {
    test(`the ports of a plugin are refused: ${ports.min} to ${ports.max}`, async () => {
      const error = await rejectsWithPluginError(
        launchPlugin({ command: "/bin/true", protocols: [v2], ports }),
        "invalid_option",
      );
      assert.match(error.message, /^ports must be \{ min, max \} with 1 <= min <= max <= 65535, got/);
    });
  }
});
