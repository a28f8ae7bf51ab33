import assert from "node:assert/strict";
import { statSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { suite, test } from "node:test";
import { Code, createClient } from "@connectrpc/connect";
import { parseHandshakeLine } from "grafana-plugin-protocol/go-plugin";
import { DatasourcePlugin } from "grafana-plugin-protocol/v1";
import { Data } from "grafana-plugin-protocol/v2";
import { Health } from "../../gen/es/go-plugin/grpc/health/v1/health_pb.js";
import { privateTmp } from "../helpers/private-tmp.ts";
import { rejectsWithConnectError } from "../helpers/rejection.ts";
import { runProgram, sourceProgram } from "../helpers/run-program.ts";
import {
  cookie,
  errorRecord,
  query,
  serve,
  servedFixture,
  shutDown,
  startFixture,
} from "../helpers/served-fixture.ts";
import { until } from "../helpers/until.ts";

const magicCookieText =
  "This binary is a plugin. These are not meant to be executed directly.\n" +
  "Please execute the program that consumes these plugins, which will\n" +
  "load any plugins automatically\n";

suite("a plugin that no host started", () => {
  for (const env of [
    {},
    { grafana_plugin_type: "" },
    { grafana_plugin_type: "app" },
    { grafana_plugin_type: "renderer" },
  ]) {
    test(`a plugin that no host started prints go-plugin's text and exits 1 with ${JSON.stringify(env)}`, async (t) => {
      await privateTmp(t);
      const program = startFixture(t, env);

      assert.deepEqual(await program.ended, { code: 1, signal: null });
      assert.equal(program.stderr(), magicCookieText);
      assert.equal(program.stdout(), "printed: while it starts\n", "the guard is not set up");
    });
  }

  test("a plugin that no host started serves a host that sends the renderer's cookie when it has a v1 renderer", async (t) => {
    const served = await serve(
      t,
      { grafana_plugin_type: "renderer", PLUGIN_PROTOCOL_VERSIONS: "1" },
      "--renderer",
    );

    assert.equal(served.line.protocolVersion, 1);
    await shutDown(served);
  });

  test("a plugin that no host started rejects with exit false, and leaves the process alone", async (t) => {
    await privateTmp(t);
    const program = startFixture(t, {}, "--no-exit");

    assert.deepEqual(await program.ended, { code: 0, signal: null });
    assert.match(
      program.stderr(),
      /^rejected: not_launched_by_host expected grafana_plugin_type=datasource in the env/,
    );
    assert.match(program.stdout(), /printed: after the rejection\n$/);
  });
});

suite("stdout of a plugin", () => {
  test("stdout of a plugin has the handshake line and nothing else, whatever the program prints", async (t) => {
    const served = await serve(t);
    await query(served.transport, "print");
    await shutDown(served);

    const { stdout, stderr } = served.program;

    assert.equal(stdout(), `1|2|unix|${served.line.address}|grpc|\n`);
    for (const what of [
      "while it starts",
      "while it serves",
      "by a handler",
      "by console.info",
      "by process.stdout",
    ]) {
      assert.ok(stderr().includes(`printed: ${what}\n`), what);
    }
  });

  test("stdout of a plugin has what was printed before the call, which is what servePlugin cannot help", async (t) => {
    await privateTmp(t);
    const program = startFixture(t, cookie, "--print-first");

    assert.equal(await program.firstLine(), "printed: before the call");
    await until("the handshake line follows", () => /\n1\|1\|unix\|/.test(program.stdout()));
    process.kill(program.pid, "SIGTERM");
    await program.ended;
  });

  test("stdout of a plugin is the program's again after the end with exit false", async (t) => {
    const served = await serve(t, {}, "--no-exit");
    await shutDown(served);

    assert.equal(served.program.stdout(), `1|2|unix|${served.line.address}|grpc|\nprinted: after the end\n`);
    assert.match(served.program.stderr(), /closed: by the host\n/);
  });
});

suite("a plugin that serves", () => {
  test("a plugin that serves has a socket that only its user may use, in the directory that the host names", async (t) => {
    const tmp = await privateTmp(t);
    const directory = join(tmp.path, "sockets");
    await mkdir(directory);
    const command = ["umask 0", `exec "$0" "$@"`].join("; ");
    const program = runProgram(
      t,
      "/bin/sh",
      ["-c", command, process.execPath, ...sourceProgram(servedFixture)],
      {
        ...cookie,
        PLUGIN_UNIX_SOCKET_DIR: directory,
      },
    );

    const { address } = parseHandshakeLine(await program.firstLine());

    assert.match(address, new RegExp(`^${directory}/plugin-\\w{6}/s$`));
    assert.equal(statSync(address).mode & 0o777, 0o600);
    process.kill(program.pid, "SIGTERM");
    await program.ended;
  });

  test("a plugin that serves has its socket in the temporary directory when the host names none", async (t) => {
    const served = await serve(t);

    assert.ok(served.line.address.startsWith(`${served.tmp.path}/plugin`));
    await shutDown(served);
  });

  test("a plugin that serves has go-plugin's health and the caller's interceptors around its own services only", async (t) => {
    const served = await serve(t);

    await createClient(Health, served.transport).check({ service: "plugin" });
    await createClient(Health, served.transport).check({ service: "pluginv2.Data" });
    await query(served.transport);
    await shutDown(served);

    assert.deepEqual(served.program.stderr().match(/^intercepted: .*$/gm), ["intercepted: pluginv2.Data"]);
  });

  for (const [offer, version] of [
    ["1", 1],
    ["2", 2],
    ["1,2", 2],
    ["2,1", 2],
    ["7", 1],
    ["", 1],
  ] as const) {
    test(`a plugin that serves speaks ${version} to a host that offers ${offer === "" ? "nothing" : offer}`, async (t) => {
      const served = await serve(t, { PLUGIN_PROTOCOL_VERSIONS: offer });
      const one = createClient(DatasourcePlugin, served.transport);
      const two = createClient(Data, served.transport);

      assert.equal(served.line.protocolVersion, version);
      if (version === 1) {
        assert.equal((await one.query({})).results[0]?.refId, "one");
        await rejectsWithConnectError(two.queryData({}), Code.Unimplemented);
      } else {
        assert.equal((await two.queryData({})).responses["A"]?.status, 202);
        await rejectsWithConnectError(one.query({}), Code.Unimplemented);
      }
      await shutDown(served);
    });
  }
});

suite("a process that serves a plugin", () => {
  test("a process that serves a plugin is refused to another one, while the first starts and while it serves, which goes on", async (t) => {
    const served = await serve(t, {}, "--twice");
    await served.program.untilStderr(/serving:/);
    await served.program.untilStderr(/(again: already_serving .*){2}/s);

    await query(served.transport);

    assert.match(
      served.program.stderr(),
      /serves a plugin already, .* give servePlugin all majors in one call/,
    );
    await shutDown(served);
    assert.deepEqual(await served.program.ended, { code: 0, signal: null });
  });

  test("a process that serves a plugin is free for another one after its end with ownsProcess: false", async (t) => {
    const served = await serve(t, {}, "--twice", "--no-exit");
    await served.program.untilStderr(/(again: already_serving .*){2}/s);

    await shutDown(served);

    assert.deepEqual(await served.program.ended, { code: 0, signal: null });
    assert.match(served.program.stderr(), /closed: by the host\n.*again: 2\n/s);
  });
});

suite("a plugin that cannot listen", () => {
  const causes: Readonly<
    Record<string, [env: Readonly<Record<string, string>>, code: string, words: RegExp]>
  > = {
    "in a directory that is missing": [
      { PLUGIN_UNIX_SOCKET_DIR: "/no/such/directory" },
      "listen_failed",
      /\/no\/such\/directory/,
    ],
    "at a path that is too long": [
      { PLUGIN_UNIX_SOCKET_DIR: `/tmp/${"x".repeat(100)}` },
      "listen_failed",
      /longer than the 10\d bytes/,
    ],
    "with TLS, by a certificate that is none": [
      { PLUGIN_CLIENT_CERT: "-----BEGIN CERTIFICATE-----\n" },
      "tls_failed",
      /PLUGIN_CLIENT_CERT/,
    ],
  };
  for (const [what, [env, code, words]] of Object.entries(causes)) {
    test(`a plugin that cannot listen: ${what} logs an error and exits 1`, async (t) => {
      await privateTmp(t);
      const program = startFixture(t, { ...cookie, ...env });

      assert.deepEqual(await program.ended, { code: 1, signal: null });
      assert.doesNotMatch(program.stdout(), /\|/, "there is no handshake line");
      const record = errorRecord(program);
      assert.equal(record?.message, "plugin cannot start");
      assert.equal(record?.fields["code"], code);
      assert.match(String(record?.fields["error"]), words);
    });

    test(`a plugin that cannot listen: ${what} rejects with exit false`, async (t) => {
      await privateTmp(t);
      const program = startFixture(t, { ...cookie, ...env }, "--no-exit");

      assert.deepEqual(await program.ended, { code: 0, signal: null });
      assert.match(program.stderr(), new RegExp(`rejected: ${code} `));
      assert.match(program.stdout(), /printed: after the rejection\n$/);
    });
  }
});
