import assert from "node:assert/strict";
import { chmod, rename, rm, writeFile } from "node:fs/promises";
import { suite, test } from "node:test";
import { Code } from "@connectrpc/connect";
import { PluginError } from "grafana-plugin-protocol";
import { privateTmp } from "../../helpers/private-tmp.ts";
import { isGone } from "../../helpers/processes.ts";
import { rejectsWithConnectError } from "../../helpers/rejection.ts";
import { launcher, launcherScript, never, quick, supervised } from "./supervise.ts";

const fixture = new URL("../fixtures/plugin.ts", import.meta.url).pathname;

suite("a plugin that reloads", () => {
  test("a plugin that reloads runs the new executable when it is replaced by a rename, behind the same client", async (t) => {
    const tmp = await privateTmp(t);
    const options = await launcher(tmp, "", "old");
    const { plugin, ask, pid, untilState } = await supervised(t, {
      ...options,
      reload: true,
      restart: never,
    });
    const first = pid();
    assert.equal(await ask("arguments"), '["old"]');
    const call = rejectsWithConnectError(
      plugin.data.queryData({ queries: [{ refId: "hang-deaf" }] }),
      Code.Unavailable,
    );

    await rename(await tmp.writeExecutable(launcherScript("", "new"), "plugin.tmp"), options.command);
    const { reason } = await untilState("ready", 2);

    assert.equal(await ask("arguments"), '["new"]');
    assert.equal(reason?.code, "reloaded");
    assert.ok(isGone(first));
    const { cause } = await call;
    assert.ok(cause instanceof PluginError);
    assert.equal(cause.code, "reloaded");
  });

  test("a plugin that reloads waits until a file that is rewritten in place is executable", async (t) => {
    const tmp = await privateTmp(t);
    const options = await launcher(tmp, "", "old");
    const { ask, states, untilState } = await supervised(t, { ...options, reload: true });

    await chmod(options.command, 0o644);
    await writeFile(options.command, "");
    await writeFile(options.command, launcherScript("", "new"));
    assert.equal(await ask("arguments"), '["old"]');
    assert.equal(states.length, 2);
    await chmod(options.command, 0o755);
    await untilState("ready", 2);

    assert.equal(await ask("arguments"), '["new"]');
  });

  test("a plugin that reloads takes a good build after a bad one, however often that failed", async (t) => {
    const tmp = await privateTmp(t);
    const options = await launcher(tmp, "", "old");
    const { plugin, ask, states, untilState } = await supervised(t, {
      ...options,
      reload: true,
      restart: { ...quick, maxRestarts: 2 },
    });

    await rename(await tmp.writeExecutable("#!/bin/sh\nexit 3\n", "plugin.tmp"), options.command);
    const { reason } = await untilState("failed");
    assert.equal(reason.code, "restart_limit");
    await rejectsWithConnectError(plugin.data.queryData({}), Code.Unavailable);
    await rename(await tmp.writeExecutable(launcherScript("", "new"), "plugin.tmp"), options.command);
    await untilState("ready", states.length);

    assert.equal(await ask("arguments"), '["new"]');
  });

  test("a plugin that reloads follows what a launcher starts, and what the new launcher starts after it", async (t) => {
    const tmp = await privateTmp(t);
    const options = await launcher(tmp);
    const script = async (name: string): Promise<string> => {
      const path = `${tmp.path}/${name}`;
      await writeFile(path, `import ${JSON.stringify(fixture)};\n`);
      return path;
    };
    const launches = (path: string): string => launcherScript().replace(fixture, path);
    const first = await script("first.mjs");
    await writeFile(options.command, launches(first));
    const { pid, untilState } = await supervised(t, { ...options, reload: true, restart: never });

    await writeFile(first, `import ${JSON.stringify(fixture)}; // again\n`);
    assert.equal((await untilState("ready", 2)).reason?.code, "reloaded");
    const second = await script("second.mjs");
    await rm(first);
    await rename(await tmp.writeExecutable(launches(second), "plugin.tmp"), options.command);
    assert.equal((await untilState("ready", 4)).reason?.code, "reloaded");
    await writeFile(second, `import ${JSON.stringify(fixture)}; // again\n`);
    assert.equal((await untilState("ready", 6)).reason?.code, "reloaded");

    assert.ok(pid() > 1);
  });

  test("a plugin that reloads looks at further files too", async (t) => {
    const tmp = await privateTmp(t);
    const options = await launcher(tmp);
    await writeFile(`${tmp.path}/settings.json`, "{}");
    const { untilState } = await supervised(t, { ...options, cwd: tmp.path, reload: ["settings.json"] });

    await writeFile(`${tmp.path}/settings.json`, "{ }");
    const { reason } = await untilState("ready", 2);

    assert.equal(reason?.code, "reloaded");
  });

  test("a plugin that reloads is tried at once while it is backed off from", async (t) => {
    const tmp = await privateTmp(t);
    const options = await launcher(tmp);
    const { pid, untilState } = await supervised(t, { ...options, reload: true, restart: never });
    process.kill(pid(), "SIGKILL");
    await untilState("backing-off");

    await writeFile(options.command, launcherScript("", "new"));

    const { reason } = await untilState("ready", 2);
    assert.equal(reason?.code, "reloaded");
  });
});
