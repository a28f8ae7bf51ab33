import assert from "node:assert/strict";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { suite, test } from "node:test";
import {
  attachPlugin,
  type LaunchOptions,
  launchPlugin,
  type SuperviseOptions,
  supervisePlugin,
} from "grafana-plugin-protocol/host";
import { v2 } from "grafana-plugin-protocol/v2";
import { fixturePlugin, launchFixture } from "../helpers/launch.ts";
import { privateTmp } from "../helpers/private-tmp.ts";
import { rejectsWithPluginError } from "../helpers/rejection.ts";
import { startFailure } from "../helpers/start-failure.ts";

suite("options", () => {
  const wrong: Readonly<Record<string, [Record<string, unknown>, RegExp]>> = {
    "an empty command": [{ command: "" }, /^command must be the path of an executable, got ""$/],
    "a command that is no text": [{ command: 7 }, /^command must be .*, got 7$/],
    "no majors": [{ protocols: [] }, /^protocols must name at least one major/],
    "a major twice": [{ protocols: [v2, v2] }, /^protocols must name each major once, got 2, 2$/],
    "version 0": [
      { protocols: [{ version: 0, services: {} }] },
      /version of a major \(protocols\[0\]\) must be a whole number from 1 to/,
    ],
    "version 1.5": [{ protocols: [{ version: 1.5, services: {} }] }, /got 1\.5$/],
    "a timeout of 0": [
      { startTimeoutMs: 0 },
      /^startTimeoutMs must be a number of milliseconds above 0, or Infinity, got 0$/,
    ],
    "a timeout that is no number": [{ startTimeoutMs: Number.NaN }, /got NaN$/],
    "a timeout below 0": [{ startTimeoutMs: -1 }, /got -1$/],
    "a timeout as a text": [{ startTimeoutMs: "60000" }, /got "60000"$/],
    "a negative limit": [{ limits: { maxReceiveBytes: -1 } }, /^limits\.maxReceiveBytes must be/],
    "a limit beyond 2^31-1": [{ limits: { maxSendBytes: 2 ** 31 } }, /^limits\.maxSendBytes must be/],
    "a limit as a symbol": [{ limits: { maxSendBytes: Symbol("x") } }, /got Symbol\(x\)$/],
    "a log line of no length": [{ limits: { maxLogLineBytes: 0 } }, /^limits\.maxLogLineBytes must be/],
    "limits that are no object": [{ limits: 5 }, /^limits must be an object, got 5$/],
    "no protocols": [{ protocols: undefined }, /^protocols must be a list of majors, .*got undefined$/],
    "one major without a list": [
      { protocols: v2 },
      /^protocols must be a list of majors, such as \[v2\].*got an object$/,
    ],
    "a major by its name": [{ protocols: ["v2"] }, /^protocols\[0\] must be a major, .*got "v2"$/],
    "a major by its number": [{ protocols: [2] }, /^protocols\[0\] must be a major, .*got 2$/],
    "a major without services": [
      { protocols: [{ version: 2 }] },
      /^protocols\[0\]\.services must be an object/,
    ],
    "a service that is none": [
      { protocols: [{ version: 2, services: { data: "pluginv2.Data" } }] },
      /^protocols\[0\]\.services\.data must be the descriptor of a service, got "pluginv2\.Data"$/,
    ],
    "a list of majors with a hole": [
      { protocols: new Array(1) },
      /^protocols\[0\] must be a major, .*got undefined$/,
    ],
    "a command with NUL": [
      { command: "a\0b" },
      /^command must be a string without NUL characters, got "a\\u0000b"$/,
    ],
    "arguments as one text": [{ args: "--flag" }, /^args must be a list of strings, got "--flag"$/],
    "an argument that is a number": [{ args: ["-p", 80] }, /^args\[1\] must be a string, got 80$/],
    "an argument with NUL": [
      { args: ["a\0b"] },
      /^args\[0\] must be a string without NUL characters, got one with them$/,
    ],
    "a working directory that is a URL": [
      { cwd: new URL("file:///tmp") },
      /^cwd must be a string, got an object$/,
    ],
    "a working directory with NUL": [{ cwd: "/tmp\0" }, /^cwd must be a string without NUL/],
    "an environment as a list": [{ env: ["A=1"] }, /^env must be an object of strings, got a list$/],
    "a variable that is a number": [{ env: { PORT: 80 } }, /^env\["PORT"\] must be a string, got 80$/],
    "a variable that is absent": [
      { env: { HOME2: undefined } },
      /^env\["HOME2"\] must be a string; leave the name out when there is none, got undefined$/,
    ],
    "a variable with a name that is none": [
      { env: { "A=B": "1" } },
      /^a name in env must be without "=".*got "A=B"$/,
    ],
    "inheritEnv as a text": [
      { inheritEnv: "PATH" },
      /^inheritEnv must be true, false or a list of names, got "PATH"$/,
    ],
    "onLog that is no function": [{ onLog: console }, /^onLog must be a function, got an object$/],
    "onStdio that is no function": [{ onStdio: true }, /^onStdio must be a function, got true$/],
    "one interceptor without a list": [
      { interceptors: () => {} },
      /^interceptors must be a list of functions, got a function$/,
    ],
    "an interceptor that is none": [
      { interceptors: [{}] },
      /^interceptors\[0\] must be a function, got an object$/,
    ],
    "a signal that is its controller": [
      { signal: new AbortController() },
      /^signal must be an AbortSignal, got an object$/,
    ],
    "a transport that is none": [{ transport: "grpc" }, /^transport must be an object with dial and listen/],
    "half a transport": [
      { transport: { dial: () => {} } },
      /^transport\.listen must be a function, got undefined$/,
    ],
    "a cookie as a text": [
      { cookie: "secret" },
      /^cookie must be an object \{ key, values \}, got "secret"$/,
    ],
    "a cookie with one value": [
      { cookie: { key: "K", value: "v" } },
      /^cookie\.values must be a list of strings, got undefined$/,
    ],
    "a cookie without values": [
      { cookie: { key: "K", values: [] } },
      /^cookie\.values must be a list of at least one/,
    ],
    "a cookie without a key": [
      { cookie: { key: "", values: ["v"] } },
      /^cookie\.key must be a string that is not empty/,
    ],
    "tls as a boolean": [{ tls: true }, /^tls must be "off" or "auto", got true$/],
    "a checksum as a text": [
      { checksum: "ab12" },
      /^checksum must be an object \{ algorithm, digest \}, got "ab12"$/,
    ],
    "a checksum of an unknown algorithm": [
      { checksum: { algorithm: "md5", digest: "" } },
      /^checksum\.algorithm must be one of/,
    ],
    "a digest that is a number": [
      { checksum: { algorithm: "sha256", digest: 5 } },
      /^checksum\.digest must be the 32 bytes/,
    ],
    "allowForeignSocket as a text": [
      { allowForeignSocket: "false" },
      /^allowForeignSocket must be true or false, got "false"$/,
    ],
    "ports as a text": [{ ports: "1-2" }, /^ports must be an object \{ min, max \}, got "1-2"$/],
    "a relative socketDirectory": [
      { socketDirectory: "run" },
      /^socketDirectory must be an absolute path, got "run"$/,
    ],
    "an empty socketDirectory": [
      { socketDirectory: "" },
      /^socketDirectory must be a string that is not empty, got ""$/,
    ],
    "a socketDirectory with the separator": [
      { socketDirectory: "/tmp/a|b" },
      /^socketDirectory must be a path without "\|" and control characters, .*got "\/tmp\/a\|b"$/,
    ],
    "a socketDirectory with a line feed": [
      { socketDirectory: "/tmp/a\nb" },
      /^socketDirectory must be a path without/,
    ],
    "a socketDirectory that is not there": [
      { socketDirectory: "/no/such/place" },
      /^cannot make a directory for the plugin's socket: ENOENT.*check socketDirectory/,
    ],
    "a socketGroup that is no name": [
      { socketGroup: -1 },
      /^socketGroup must be the name or the number of a group, got -1$/,
    ],
  };
  for (const [what, [options, words]] of Object.entries(wrong)) {
    test(`${what}: launchPlugin refuses`, async () => {
      // What a caller without types may give.
      const given = { command: process.execPath, protocols: [v2], ...options } as unknown as LaunchOptions<
        [typeof v2]
      >;

      const error = await rejectsWithPluginError(launchPlugin(given), "invalid_option");

      assert.match(error.message, words);
    });
  }

  for (const value of [undefined, null, "plugin", 5, []]) {
    test(`${JSON.stringify(value)} in place of options is refused`, async () => {
      const given = value as never;
      for (const promise of [launchPlugin(given), supervisePlugin(given), attachPlugin(given)]) {
        const error = await rejectsWithPluginError(promise, "invalid_option");
        assert.match(
          error.message,
          /^the options must be an object with (command|attachInfo) and protocols, got /,
        );
      }
    });
  }

  test("a TMPDIR that a handshake line cannot carry is refused before anything is started", async (t) => {
    const tmp = await privateTmp(t);
    const odd = join(tmp.path, "a|b");
    await mkdir(odd);
    process.env["TMPDIR"] = odd;

    const error = await startFailure(tmp, "invalid_option", { command: process.execPath });

    assert.match(error.message, /handshake line cannot carry/);
  });

  const superviseWrong: Readonly<Record<string, [Record<string, unknown>, RegExp]>> = {
    "restart as a boolean": [{ restart: false }, /^restart must be an object, got false$/],
    "restart.windowMs of NaN": [
      { restart: { windowMs: Number.NaN } },
      /^restart\.windowMs must be .*got NaN$/,
    ],
    "restart.firstDelayMs without end": [
      { restart: { firstDelayMs: Infinity } },
      /^restart\.firstDelayMs must be a whole/,
    ],
    "callsWhileDown.waitMs below 0": [
      { callsWhileDown: { waitMs: -1 } },
      /^callsWhileDown\.waitMs must be a number of milliseconds from 0 on, or Infinity, got -1$/,
    ],
    "health as a boolean": [{ health: true }, /^health must be an object or false, got true$/],
    "health.timeoutMs of 0": [{ health: { timeoutMs: 0 } }, /^health\.timeoutMs must be/],
    "reload as a text": [
      { reload: "plugin.js" },
      /^reload must be true, false or a list of files, got "plugin\.js"$/,
    ],
    "a file of reload that is none": [{ reload: [5] }, /^reload\[0\] must be a string, got 5$/],
    "onState that is no function": [{ onState: "log" }, /^onState must be a function, got "log"$/],
    "an option of launchPlugin": [{ args: 5 }, /^args must be a list of strings, got 5$/],
  };
  for (const [what, [options, words]] of Object.entries(superviseWrong)) {
    test(`${what}: supervisePlugin refuses`, async () => {
      const given = { command: process.execPath, protocols: [v2], ...options } as unknown as SuperviseOptions<
        [typeof v2]
      >;

      const error = await rejectsWithPluginError(supervisePlugin(given), "invalid_option");

      assert.match(error.message, words);
    });
  }

  test("null is as good as absent", async (t) => {
    await privateTmp(t);
    const absent = {
      args: null,
      cwd: null,
      env: null,
      ports: null,
      checksum: null,
      signal: null,
      limits: null,
    };
    const given = { ...fixturePlugin(), protocols: [v2], onLog: null, socketDirectory: null, ...absent };

    const plugin = await launchPlugin({ ...given, args: fixturePlugin().args } as never);

    await plugin.close();
  });
});

test("what a running plugin is asked for is checked, and the plugin runs on", async (t) => {
  await privateTmp(t);
  const plugin = await launchFixture(t, { startTimeoutMs: Number.POSITIVE_INFINITY });
  const attached = await attachPlugin({ attachInfo: plugin.attachInfo ?? "", protocols: [v2] });
  const wrong: readonly [what: string, call: () => Promise<unknown>, words: RegExp][] = [
    [
      "close",
      () => plugin.close({ graceMs: Number.NaN }),
      /^graceMs must be .* from 0 on, or Infinity, got NaN$/,
    ],
    ["close", () => plugin.close({ graceMs: -5 }), /^graceMs must be .*got -5$/],
    ["close", () => plugin.close({ graceMs: "9" as never }), /^graceMs must be .*got "9"$/],
    ["detach", () => attached.close({ graceMs: -1 }), /^graceMs must be .*got -1$/],
    [
      "detach",
      () => attached.close({ shutdown: "no" as never }),
      /^shutdown must be true or false, got "no"$/,
    ],
    ["health", () => plugin.health({ timeoutMs: Number.NaN }), /^timeoutMs must be .*got NaN$/],
    ["services", () => plugin.services({ timeoutMs: 0 }), /^timeoutMs must be .*got 0$/],
    ["dial", () => plugin.broker.dial(1, { timeoutMs: -1 }), /^timeoutMs must be .*got -1$/],
    [
      "accept",
      () => plugin.broker.acceptAndServe(1, [], { timeoutMs: Number.NaN }),
      /^timeoutMs must be .*got NaN$/,
    ],
  ];
  for (const [what, call, words] of wrong) {
    const error = await rejectsWithPluginError(call(), "invalid_option");
    assert.match(error.message, words, what);
  }

  assert.equal(await plugin.health({ timeoutMs: Number.POSITIVE_INFINITY }), "serving");
  assert.ok(await plugin.services({ timeoutMs: 2 ** 40 }));
  await attached.close();
});
