import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { test } from "node:test";
import { magicCookieText } from "../../src/go-plugin/handshake/magic-cookie.ts";
import { privateTmp } from "../helpers/private-tmp.ts";
import { runProgram } from "../helpers/run-program.ts";
import { testedLanguages } from "./example-plugin.ts";

const fromHost = { grafana_plugin_type: "datasource", PLUGIN_PROTOCOL_VERSIONS: "2" };

/** It is there, but a unix socket in it has a path that no system takes. */
function deepDirectory(below: string): Record<string, string> {
  const path = join(below, "x".repeat(120));
  mkdirSync(path);
  return { PLUGIN_UNIX_SOCKET_DIR: path };
}

for (const { language, example, skip } of await testedLanguages()) {
  const plugin = `${language.title} plugin`;

  for (const env of [{}, { grafana_plugin_type: "" }, { grafana_plugin_type: "app" }]) {
    test(`${plugin}: by hand with ${JSON.stringify(env)} it prints go-plugin's text and exits 1`, {
      skip,
    }, async (t) => {
      await privateTmp(t);
      const program = runProgram(t, example.command, example.args, {
        grafana_plugin_type: undefined,
        ...env,
      });

      assert.deepEqual(await program.ended, { code: 1, signal: null });
      assert.deepEqual([program.stdout(), program.stderr()], ["", magicCookieText]);
    });
  }

  for (const [what, environmentIn, reason] of [
    [
      "a socket directory that is not there",
      () => ({ PLUGIN_UNIX_SOCKET_DIR: "/not/there" }),
      /\/not\/there/,
    ],
    ["a socket directory that is too deep", deepDirectory, /x{120}/],
    ["a group that is not there", () => ({ PLUGIN_UNIX_SOCKET_GROUP: "no-such-group" }), /no-such-group/],
    ["a certificate that is none", () => ({ PLUGIN_CLIENT_CERT: "garbage" }), /PLUGIN_CLIENT_CERT/],
  ] as const) {
    test(`${plugin}: with ${what} it says so in one line and exits 1`, { skip }, async (t) => {
      const { path } = await privateTmp(t);
      const env = { ...fromHost, ...environmentIn(path) };
      const program = runProgram(t, example.command, example.args, env);

      assert.deepEqual(await program.ended, { code: 1, signal: null });
      assert.equal(program.stdout(), "");
      assert.match(program.stderr(), reason);
      assert.equal(program.stderr().trimEnd().split("\n").length, 1, program.stderr());
    });
  }

  test(`${plugin}: one whose host goes in mid-start says so in one line, exits 1 and leaves nothing`, {
    skip,
  }, async (t) => {
    await privateTmp(t);
    const child = spawn(example.command, example.args, {
      env: { ...process.env, ...fromHost },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const exited = once(child, "exit");
    // Nobody reads the handshake line any more.
    child.stdout.destroy();

    const stderr = await text(child.stderr);

    assert.deepEqual(await exited, [1, null], stderr);
    assert.equal(stderr.trimEnd().split("\n").length, 1, stderr);
    assert.match(stderr, /host/);
  });
}
