import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { suite, test } from "node:test";
import { PluginError } from "grafana-plugin-protocol";
import { implement } from "grafana-plugin-protocol/plugin";
import { v2 } from "grafana-plugin-protocol/v2";
import { type WatchedParent, watchParent } from "../../src/plugin/process/watch-parent.ts";
import { resolveServeOptions } from "../../src/plugin/serve-options.ts";

const majors = [implement(v2, {})];

suite("on Windows our plugin", () => {
  test("on Windows our plugin listens on TCP", () => {
    assert.equal(resolveServeOptions(majors, {}, "win32").network, "tcp");
    for (const platform of ["linux", "darwin"] as const) {
      assert.equal(resolveServeOptions(majors, {}, platform).network, "unix");
    }
  });

  test("on Windows our plugin refuses to listen on a unix socket", () => {
    assert.throws(
      () => resolveServeOptions(majors, { network: "unix" }, "win32"),
      (error) =>
        error instanceof PluginError && error.code === "invalid_option" && /on Windows/.test(error.message),
    );
  });

  test("on Windows our plugin ends when its host has ended, although it keeps its parent's id there", async () => {
    const host = spawn("/bin/sleep", ["1000"]);
    const gone = new Promise<void>((resolve) => {
      watchParent(resolve, { cookieKey: "any", platform: "win32", parent: host.pid });
    });
    // The watch keeps no process alive, so the test does.
    const keeper = setInterval(() => {}, 1000);

    host.kill("SIGKILL");
    await gone;

    clearInterval(keeper);
  });

  test("sees the end of a host when its stdio ends, while it looks seldom", async () => {
    const host = spawn("/bin/sleep", ["1000"]);
    let asked = (): void => {};
    const isAsked = new Promise<void>((resolve) => {
      asked = resolve;
    });
    let watched: WatchedParent | undefined;
    const gone = new Promise<void>((resolve) => {
      const isHostReading = (): boolean => {
        asked();
        return true;
      };
      watched = watchParent(resolve, {
        cookieKey: "any",
        platform: "win32",
        parent: host.pid,
        isHostReading,
      });
    });
    const keeper = setInterval(() => {}, 1000);
    await isAsked;

    host.once("exit", () => watched?.checkSoon());
    host.kill("SIGKILL");
    await gone;

    clearInterval(keeper);
  });
});
