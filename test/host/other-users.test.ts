/** Attacks by processes of other users of the machine. */
import assert from "node:assert/strict";
import { chmodSync, existsSync, readdirSync, rmSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { suite, type TestContext, test } from "node:test";
import { type AttachInfo, attachPlugin } from "grafana-plugin-protocol/host";
import { implementService } from "grafana-plugin-protocol/transport";
import { Diagnostics, v2 } from "grafana-plugin-protocol/v2";
import { runDeveloped } from "../helpers/developed-plugin.ts";
import { intruderIds, needsRoot, runIntruder } from "../helpers/intruder.ts";
import { launchFixture } from "../helpers/launch.ts";
import { type PrivateTmp, privateTmp } from "../helpers/private-tmp.ts";
import { processesWith } from "../helpers/processes.ts";
import { rejectsWithPluginError } from "../helpers/rejection.ts";
import { until } from "../helpers/until.ts";

/** A temporary directory that every user can write to, as `/tmp`. */
async function sharedTmp(t: TestContext): Promise<PrivateTmp> {
  const tmp = await privateTmp(t);
  chmodSync(tmp.path, 0o1777);
  return tmp;
}

/** What another user may do to a socket, to its directories below `top`, and to files in their place. */
function attackOn(socket: string, top: string): string {
  const own = dirname(socket);
  return `
    const [socket, own, top] = ${JSON.stringify([socket, own, top])};
    await connected("connect", socket);
    tried("unlink", () => fs.unlinkSync(socket));
    tried("chmod", () => fs.chmodSync(socket, 0o777));
    tried("replace", () => { const link = top + ".link" + process.pid + socket.length; fs.rmSync(link, { force: true }); fs.symlinkSync("/etc/passwd", link); fs.renameSync(link, socket); });
    tried("link", () => fs.linkSync(socket, top + ".hard"));
    tried("list", () => fs.readdirSync(own));
    tried("list the parent", () => fs.readdirSync(top));
    tried("plant", () => fs.writeFileSync(path.join(own, "planted"), ""));
    tried("rename", () => fs.renameSync(own, own + ".away"));
    tried("rename the parent", () => fs.renameSync(top, top + ".away"));
    tried("remove the parent", () => fs.rmdirSync(top));`;
}

/** The results of an intruder that has ended, without those that say that it was not allowed. */
async function successesOf(
  program: ReturnType<typeof runIntruder>,
  least: number,
): Promise<readonly string[]> {
  assert.deepEqual(await program.ended, { code: 0, signal: null }, program.stderr());
  const lines = program.stdout().trim().split("\n");
  assert.ok(lines.length >= least, program.stdout());
  return lines.filter((line) => !line.endsWith(": EACCES") && !line.endsWith(": EPERM"));
}

suite("another user", { skip: needsRoot }, () => {
  for (const user of intruderIds) {
    test(`cannot reach, replace or remove the sockets of a launched plugin, nor its memory and variables: user ${user}`, async (t) => {
      const tmp = await sharedTmp(t);
      const secret = `secret-${process.pid}`;
      const plugin = await launchFixture(t, { env: { SECRET: secret } });
      const socket = plugin.attachInfo?.address ?? "";
      const implementation = { checkHealth: () => ({}) };
      await using _brokered = await plugin.broker.acceptAndServe(plugin.broker.nextId(), [
        implementService(Diagnostics, implementation),
      ]);
      const top = join(tmp.path, socket.slice(tmp.path.length + 1).split("/")[0] ?? "");
      const sockets = socketsBelow(tmp.path);
      assert.ok(sockets.length >= 2 && sockets.includes(socket), sockets.join());
      const pids = processesWith(tmp.path).map(({ pid }) => pid);
      assert.ok(pids.includes(plugin.process.pid));

      const intruder = runIntruder(
        t,
        `${sockets.map((each) => `{ ${attackOn(each, top)} }`).join("\n")}
         for (const pid of ${JSON.stringify(pids)}) {
           for (const file of ["environ", "mem", "maps"]) tried(file, () => fs.readFileSync("/proc/" + pid + "/" + file));
           tried("descriptors", () => fs.readdirSync("/proc/" + pid + "/fd"));
           tried("kill", () => process.kill(pid, "SIGKILL"));
           if (fs.readFileSync("/proc/" + pid + "/cmdline", "utf8").includes(${JSON.stringify(secret)})) console.log("read: ok");
         }`,
        user,
      );

      assert.deepEqual(await successesOf(intruder, 11 * sockets.length + 5 * pids.length), []);
      assert.equal(await plugin.ask("echo", "still here"), "still here");
      assert.deepEqual(socketsBelow(tmp.path), sockets);
    });
  }

  test("of the socket's group may connect, and do nothing else; one who is not may not", async (t) => {
    const tmp = await sharedTmp(t);
    const [user, group] = intruderIds;
    const plugin = await launchFixture(t, { socketGroup: group });
    const socket = plugin.attachInfo?.address ?? "";
    const top = join(tmp.path, socket.slice(tmp.path.length + 1).split("/")[0] ?? "");

    const member = await successesOf(runIntruder(t, attackOn(socket, top), user, group), 11);
    const other = await successesOf(runIntruder(t, attackOn(socket, top), user), 11);

    assert.deepEqual([member, other], [["connect: ok"], []]);
    assert.equal(await plugin.ask("echo", "still here"), "still here");
  });

  test("that lies in wait for new directories in a sticky one gets none of five launched plugins", async (t) => {
    const tmp = await sharedTmp(t);
    const [user] = intruderIds;
    const waiting = runIntruder(
      t,
      `let tries = 0;
       console.log("waits");
       setInterval(() => {
         for (let turn = 0; turn < 50; turn++) for (const name of fs.readdirSync(${JSON.stringify(tmp.path)})) {
           if (!name.startsWith("plugin-")) continue;
           tries++;
           const target = path.join(${JSON.stringify(tmp.path)}, name);
           for (const action of [
             () => fs.renameSync(target, target + ".away"),
             () => fs.rmdirSync(target),
             () => fs.symlinkSync("/etc/passwd", path.join(target, "s")),
             () => fs.readdirSync(target),
           ]) try { action(); console.log("done to " + target); } catch {}
         }
         fs.writeFileSync(${JSON.stringify(join(tmp.path, "tries"))}, String(tries));
       }, 1);`,
      user,
    );
    await waiting.firstLine();

    for (let count = 0; count < 5; count++) {
      const plugin = await launchFixture(t, { socketDirectory: tmp.path });
      assert.equal(await plugin.ask("echo", "hello"), "hello");
      await plugin.close();
    }

    const tries = join(tmp.path, "tries");
    await until("it has tried", () => existsSync(tries) && Number(statSync(tries).size) > 0);
    process.kill(-waiting.pid, "SIGKILL");
    await waiting.ended;
    assert.equal(waiting.stdout(), "waits\n");
  });

  test("cannot reach the socket of a plugin that is attached to, nor take its place when it has ended", async (t) => {
    await sharedTmp(t);
    const [user] = intruderIds;
    const program = runDeveloped(t, { DEBUG: "on" });
    const { Addr, ProtocolVersion } = JSON.parse(await program.firstLine());
    const attachInfo: AttachInfo = {
      protocolVersion: ProtocolVersion,
      network: Addr.Network,
      address: Addr.String,
    };
    const attached = await attachPlugin({ attachInfo, protocols: [v2] });
    const top = dirname(Addr.String);

    const before = await successesOf(runIntruder(t, attackOn(Addr.String, top), user), 11);
    await attached.diagnostics.checkHealth({});
    await attached.close();
    process.kill(program.pid, "SIGTERM");
    await program.ended;
    const thief = runIntruder(
      t,
      `fs.mkdirSync(${JSON.stringify(top)}, { recursive: true });
       net.createServer((c) => { console.log("connected"); c.destroy(); })
         .listen(${JSON.stringify(Addr.String)}, () => { fs.chmodSync(${JSON.stringify(Addr.String)}, 0o777); console.log("listens"); });`,
      user,
    );
    assert.equal(await thief.firstLine(), "listens");

    await rejectsWithPluginError(attachPlugin({ attachInfo, protocols: [v2] }), "untrusted_socket");
    process.kill(-thief.pid, "SIGKILL");
    await thief.ended;

    assert.deepEqual(before, []);
    assert.equal(thief.stdout(), "listens\n");
    // Left by the thief.
    rmSync(top, { recursive: true });
  });

  test("that takes the port of a TCP plugin gets no connection of one who attaches", async (t) => {
    await privateTmp(t);
    const [user] = intruderIds;
    const program = runDeveloped(t, { DEBUG: "on", NETWORK: "tcp" });
    const { Addr, ProtocolVersion } = JSON.parse(await program.firstLine());
    const attachInfo: AttachInfo = {
      protocolVersion: ProtocolVersion,
      network: Addr.Network,
      address: Addr.String,
    };
    const attached = await attachPlugin({ attachInfo, protocols: [v2] });
    process.kill(program.pid, "SIGKILL");
    await program.ended;
    const port = Number(Addr.String.split(":").at(-1));
    const thief = runIntruder(
      t,
      `net.createServer((c) => { console.log("connected"); c.destroy(); })
         .listen(${port}, "127.0.0.1", () => console.log("listens"));`,
      user,
    );
    assert.equal(await thief.firstLine(), "listens");

    await assert.rejects(attached.diagnostics.checkHealth({}));
    await rejectsWithPluginError(attachPlugin({ attachInfo, protocols: [v2] }), "untrusted_socket");
    process.kill(-thief.pid, "SIGKILL");
    await thief.ended;

    assert.equal(thief.stdout(), "listens\n");
  });
});

function socketsBelow(directory: string): string[] {
  return readdirSync(directory, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isSocket())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}
