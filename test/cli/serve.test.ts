/** `grafana-plugin-protocol serve` as a process: what it prints, what it answers, and how it ends. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { copyFile, mkdir, truncate, writeFile } from "node:fs/promises";
import { get } from "node:https";
import { type AddressInfo, createServer as createTcpServer } from "node:net";
import { networkInterfaces } from "node:os";
import { join } from "node:path";
import { suite, type TestContext, test } from "node:test";
import { root } from "../../scripts/readme/pages.ts";
import { atEnd } from "../helpers/at-end.ts";
import { type PrivateTmp, privateTmp } from "../helpers/private-tmp.ts";
import { processesWith } from "../helpers/processes.ts";
import { type Program, runProgram, sourceProgram } from "../helpers/run-program.ts";
import { testCertificate } from "../helpers/test-certificate.ts";
import { until } from "../helpers/until.ts";
import { buildGoPeers, withoutGo } from "../interop/go-peers.ts";

const main = new URL("src/cli/main.ts", root);
const weather = new URL("examples/weather-datasource", root).pathname;
const weatherYaml = `apiVersion: 1
datasources:
  - name: Weather
    uid: weather
    type: example-weather-datasource
    url: http://me:s3cret@in-url@weather.example
    secureJsonData: {token: s3cret-token}
`;
const weatherQuery = {
  from: "now-1h",
  to: "now",
  queries: [
    {
      refId: "A",
      datasource: { uid: "weather" },
      rawSql: "select location, max(temp_max) as hottest from weather group by 1",
    },
  ],
};

const peers = await buildGoPeers();
const skip = peers === undefined ? withoutGo : false;

function run(t: TestContext, args: readonly string[], env: Readonly<Record<string, string>> = {}): Program {
  return runProgram(t, process.execPath, sourceProgram(main, "serve", ...args), env);
}

interface Serving {
  readonly program: Program;
  readonly url: string;
  readonly tmp: PrivateTmp;
}

/** Serves on a free port; TMPDIR is the test's own, so a process that is left is found. */
async function start(
  t: TestContext,
  args: readonly string[],
  {
    files = {},
    env = {},
  }: {
    readonly files?: Readonly<Record<string, string>>;
    readonly env?: Readonly<Record<string, string>>;
  } = {},
): Promise<Serving> {
  const tmp = await privateTmp(t);
  for (const [name, text] of Object.entries(files)) await writeFile(join(tmp.path, name), text);
  const program = run(t, ["--port", "0", ...args.map((arg) => arg.replace("TMP", tmp.path))], {
    ...env,
    TMPDIR: tmp.path,
  });
  const line = await program.firstLine();
  return { program, url: line.replace("serving on ", ""), tmp };
}

const untilTable = (program: Program): Promise<unknown> =>
  until(
    "the table is there",
    () => program.stdout().includes("DATA SOURCE") || program.stdout().includes("No data sources"),
  );

/** The folder of a plugin that is the Go fixture. */
async function goPlugin({ path }: PrivateTmp): Promise<string> {
  const folder = join(path, "plugins", "fixture");
  await mkdir(folder, { recursive: true });
  const manifest = {
    id: "fixture",
    name: "Fixture",
    type: "datasource",
    backend: true,
    executable: "gpx_fixture",
    info: { version: "2.1.0", updated: "2026-01-01" },
    dependencies: { grafanaDependency: ">=9.0.0" },
  };
  await writeFile(join(folder, "plugin.json"), JSON.stringify(manifest));
  const processor = process.arch === "x64" ? "amd64" : process.arch;
  await copyFile(peers?.plugin ?? "", join(folder, `gpx_fixture_${process.platform}_${processor}`));
  return join(path, "plugins");
}

const post = (
  url: string,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<Response> => fetch(`${url}/api/ds/query`, { method: "POST", body: JSON.stringify(body), headers });

suite("serve", () => {
  test("says where and what it serves, answers, and ends in order", async (t) => {
    const { program, url } = await start(t, ["--plugins", weather, "--provisioning", "TMP/a.yaml"], {
      files: { "a.yaml": weatherYaml },
    });
    assert.match(url, /^http:\/\/127\.0\.0\.1:\d+$/);

    const response = await post(url, weatherQuery);
    await untilTable(program);
    process.kill(program.pid, "SIGTERM");

    const { results } = await response.json();
    assert.deepEqual(results.A.frames[0].data.values[0], ["New York", "Seattle"]);
    assert.deepEqual(await program.ended, { code: 0, signal: null });
    assert.deepEqual(
      program
        .stdout()
        // A slow machine prints the table before the plugin has started.
        .replace(/(ready|starting)$/m, "a state")
        .split("\n")
        .map((line) => line.split(/ {2,}/)),
      [
        [`serving on ${url}`],
        [""],
        ["PLUGIN", "VERSION", "TYPE", "STATE"],
        ["example-weather-datasource", "1.0.0", "datasource", "a state"],
        [""],
        ["DATA SOURCE", "TYPE", "URL"],
        ["weather", "example-weather-datasource", "http://me:***@weather.example"],
        [""],
        [""],
      ],
    );
    assert.match(
      program.stderr(),
      /info {2}request completed method=POST path=\/api\/ds\/query .*status=200/,
    );
    assert.doesNotMatch(program.stdout() + program.stderr(), /s3cret/);
  });

  test("has its log and its table as JSON, one object a line", async (t) => {
    const { program } = await start(t, ["--plugins", weather, "--log", "json", "--log-level", "debug"]);
    await until("what is served is told", () => program.stdout().split("\n").length === 3);
    await program.untilStderr(/"plugin is ready"/);
    process.kill(program.pid, "SIGINT");
    assert.equal((await program.ended).code, 0);

    const objects = (text: string) =>
      text
        .trimEnd()
        .split("\n")
        .map((line) => JSON.parse(line));
    const [serving, served] = objects(program.stdout());
    assert.match(serving.url, /^http:/);
    assert.deepEqual(
      served.plugins.map(({ id, status }: { id: string; status: string }) => [
        id,
        /^(ready|starting)$/.test(status),
      ]),
      [["example-weather-datasource", true]],
    );
    const log = objects(program.stderr());
    assert.ok(
      log.every(
        ({ time, level, message }) => time !== undefined && level !== undefined && message !== undefined,
      ),
    );
    assert.equal(
      log.findLast(({ message }) => message === "plugin is stopped").pluginId,
      "example-weather-datasource",
    );
  });

  test("reads its provisioning again, by itself and at SIGHUP, and goes on with the old one after an error", async (t) => {
    const { program, url, tmp } = await start(t, ["--plugins", weather, "--provisioning", "TMP/a.yaml"]);
    const names = async (): Promise<string> => {
      const sources = (await (await fetch(`${url}/api/datasources`)).json()) as { name: string }[];
      return sources.map(({ name }) => name).join();
    };
    await program.untilStderr(/no provisioning file at .* It is read when it is there/);

    await writeFile(join(tmp.path, "a.yaml"), weatherYaml);
    await until("the new file counts", async () => (await names()) === "Weather");
    const other = "  - { name: Other, uid: other, type: example-weather-datasource }\n";
    await writeFile(join(tmp.path, "a.yaml"), `${weatherYaml.replace("s3cret-token", "t0ken")}${other}`);
    process.kill(program.pid, "SIGHUP");
    await program.untilStderr(/provisioning was read .* added=\["other"\] changed=\["weather"\]$/m);
    await writeFile(join(tmp.path, "a.yaml"), `apiVersion: 1\ndatasources:\n${other}`);
    process.kill(program.pid, "SIGHUP");
    await program.untilStderr(/provisioning was read .* apps=0 removed=\["weather"\]$/m);
    await writeFile(join(tmp.path, "a.yaml"), "apiVersion: 1\ndatasources: [{name: A}]");
    process.kill(program.pid, "SIGHUP");
    await program.untilStderr(/so what was read before stays reason=".*a.yaml:2:15: datasources\[0\].type/);

    assert.equal(await names(), "Other");
    assert.doesNotMatch(program.stderr(), /s3cret|t0ken/);
    process.kill(program.pid, "SIGTERM");
    assert.equal((await program.ended).code, 0);
  });

  test("asks for a token of its file, and needs one to listen beyond this machine", async (t) => {
    const { program, url } = await start(
      t,
      [
        "--plugins",
        weather,
        "--host",
        "0.0.0.0",
        "--token-file",
        "TMP/tokens",
        "--provisioning",
        "TMP/a.yaml",
      ],
      { files: { tokens: "\ufeff\n  first-t0ken \r\nsecond-t0ken\n\n", "a.yaml": weatherYaml } },
    );
    const at = url.replace("0.0.0.0", "127.0.0.1");

    const statuses = [];
    for (const token of ["first-t0ken", "second-t0ken", "third", ""]) {
      const headers = token === "" ? undefined : { Authorization: `Bearer ${token}` };
      statuses.push((await fetch(`${at}/api/datasources`, headers === undefined ? {} : { headers })).status);
    }
    process.kill(program.pid, "SIGTERM");

    assert.deepEqual(statuses, [200, 200, 401, 401]);
    assert.equal((await program.ended).code, 0);
    assert.doesNotMatch(program.stdout() + program.stderr(), /t0ken/);
  });

  test("serves HTTPS", async (t) => {
    const { certificate, key } = await testCertificate();
    const { program, url } = await start(
      t,
      ["--plugins", weather, "--tls-cert", "TMP/cert", "--tls-key", "TMP/key"],
      {
        files: { cert: certificate, key },
      },
    );

    const status = await new Promise((resolve, reject) => {
      get(
        `${url.replace("127.0.0.1", "localhost")}/api/health`,
        { ca: certificate, family: 4 },
        ({ statusCode }) => resolve(statusCode),
      ).once("error", reject);
    });
    process.kill(program.pid, "SIGTERM");

    assert.match(url, /^https:/);
    assert.equal(status, 200);
    assert.equal((await program.ended).code, 0);
  });

  const hasIpv6 = Object.values(networkInterfaces()).some((each) =>
    each?.some(({ address }) => address === "::1"),
  );
  test("listens on an IPv6 address", { skip: hasIpv6 ? false : "this machine has no IPv6" }, async (t) => {
    const { program, url } = await start(t, ["--plugins", weather, "--host", "::1"]);
    assert.match(url, /^http:\/\/\[::1\]:\d+$/);

    assert.equal((await fetch(`${url}/api/health`)).status, 200);
    process.kill(program.pid, "SIGTERM");
    assert.equal((await program.ended).code, 0);
  });

  test("goes on when nobody reads what it prints", async (t) => {
    const { program, url } = await start(t, ["--plugins", weather]);
    program.child.stdout?.destroy();
    program.child.stderr?.destroy();

    for (let count = 0; count < 20; count++)
      assert.equal((await fetch(`${url}/api/datasources`)).status, 200);
    process.kill(program.pid, "SIGTERM");

    await until("it has ended", () => program.child.exitCode !== null);
    assert.equal(program.child.exitCode, 0);
  });

  test("goes on without plugins that are broken, and says why", async (t) => {
    const tmp = await privateTmp(t);
    const manifest = (id: string): string =>
      JSON.stringify({
        id,
        name: id,
        type: "datasource",
        backend: true,
        executable: "gpx",
        info: { version: "1.0.0", updated: "2026-01-01" },
        dependencies: { grafanaDependency: ">=9.0.0" },
      });
    const processor = process.arch === "x64" ? "amd64" : process.arch;
    for (const [name, json, script] of [
      ["no-json", "{", undefined],
      ["no-build", manifest("no-build"), undefined],
      ["crashes", manifest("crashes"), "#!/bin/sh\nexit 7\n"],
    ] as const) {
      await mkdir(join(tmp.path, "plugins", name), { recursive: true });
      await writeFile(join(tmp.path, "plugins", name, "plugin.json"), json);
      const executable = join(tmp.path, "plugins", name, `gpx_${process.platform}_${processor}`);
      if (script !== undefined) await writeFile(executable, script, { mode: 0o755 });
    }

    const program = run(t, ["--port", "0", "--plugins", join(tmp.path, "plugins"), "--plugins", weather], {
      TMPDIR: tmp.path,
    });
    await untilTable(program);
    await program.untilStderr(/plugin is failed pluginId=crashes/);
    process.kill(program.pid, "SIGTERM");

    assert.equal((await program.ended).code, 0);
    assert.match(program.stdout(), /^crashes +1.0.0 +datasource +(failed|backing-off|starting)$/m);
    assert.match(program.stdout(), /^example-weather-datasource .* (ready|starting)$/m);
    assert.match(
      program.stdout(),
      /\n\nNOT SERVED\n.*no-build.*\n.*no-json\/plugin.json.*\n\nNo data sources/,
    );
    assert.match(program.stderr(), /error .*no-json\/plugin.json/);
    assert.match(program.stderr(), /error no executable at .*no-build/);
    assert.match(program.stderr(), /plugin is failed pluginId=crashes .*reason=".*7/);
  });
});

suite("serve with a plugin on the official Go SDK", { skip }, () => {
  const goYaml = "apiVersion: 1\ndatasources: [{name: Go, uid: go, type: fixture}]";
  const sleep = {
    from: "now-1h",
    to: "now",
    queries: [{ refId: "A", datasource: { uid: "go" }, do: "sleep", ms: 600_000 }],
  };

  async function startGo(t: TestContext): Promise<Serving> {
    const tmp = await privateTmp(t);
    await writeFile(join(tmp.path, "a.yaml"), goYaml);
    const folder = await goPlugin(tmp);
    const program = run(
      t,
      [
        "--port",
        "0",
        "--plugins",
        folder,
        "--provisioning",
        join(tmp.path, "a.yaml"),
        "--plugin-env",
        "FIXTURE_MAJORS=2",
      ],
      { TMPDIR: tmp.path },
    );
    const url = (await program.firstLine()).replace("serving on ", "");
    await untilTable(program);
    return { program, url, tmp };
  }

  test("answers queries by it, with the variables of --plugin-env", async (t) => {
    const { program, url } = await startGo(t);
    assert.match(program.stdout(), /^fixture +2.1.0 +datasource +(ready|starting)$/m);

    const queries = [{ refId: "A", datasource: { uid: "go" }, do: "echo" }];
    const response = await post(url, { from: "now-1h", to: "now", queries });

    assert.equal(response.status, 200);
    assert.equal(typeof (await response.json()).results.A.frames[0].data.values[0][0], "string");
    process.kill(program.pid, "SIGTERM");
    assert.equal((await program.ended).code, 0);
  });

  test("waits at the first signal for a request in flight, and ends at once at the second", async (t) => {
    const { program, url, tmp } = await startGo(t);
    const running = post(url, sleep).catch((error: unknown) => error);
    await until("the request is in flight", async () => {
      const metrics = await (await fetch(`${url}/metrics`)).text();
      return /_in_flight\S* 2$/m.test(metrics);
    });

    process.kill(program.pid, "SIGINT");
    await program.untilStderr(/SIGINT: ending, when the requests in flight are answered/);
    assert.equal(program.child.exitCode, null);
    process.kill(program.pid, "SIGINT");

    assert.deepEqual(await program.ended, { code: 130, signal: null });
    assert.ok((await running) instanceof Error);
    await until("no plugin is left", () => processesWith(tmp.path).length === 0);
  });
});

test("an interrupt while a plugin starts ends it, and leaves nothing", async (t) => {
  const tmp = await privateTmp(t);
  const folder = join(tmp.path, "slow");
  await mkdir(folder);
  const processor = process.arch === "x64" ? "amd64" : process.arch;
  await writeFile(
    join(folder, "plugin.json"),
    JSON.stringify({
      id: "slow",
      name: "Slow",
      type: "datasource",
      backend: true,
      executable: "gpx",
      info: { version: "1.0.0" },
    }),
  );
  await writeFile(join(folder, `gpx_${process.platform}_${processor}`), "#!/bin/sh\nexec sleep 600\n", {
    mode: 0o755,
  });
  const program = run(t, ["--port", "0", "--plugins", folder], { TMPDIR: tmp.path });
  await program.untilStderr(/plugin is starting/);
  await program.firstLine();

  process.kill(program.pid, "SIGINT");

  assert.deepEqual(await program.ended, { code: 0, signal: null });
  assert.deepEqual(processesWith(tmp.path), []);
});

suite("what cannot be served is one line that says what to do", () => {
  const cases: readonly (readonly [name: string, args: readonly string[], code: number, expected: RegExp])[] =
    [
      ["no plugins", [], 2, /expected --plugins DIR/],
      ["an unknown option", ["--plugin", "a"], 2, /--plugin/],
      [
        "a port that is none",
        ["--plugins", weather, "--port", "99999"],
        2,
        /--port: expected .* from 0 to 65535, got "99999"/,
      ],
      [
        "an API that is none",
        ["--plugins", weather, "--api", "loki"],
        2,
        /--api: expected grafana or plutono, got "loki"/,
      ],
      [
        "a key without certificate",
        ["--plugins", weather, "--tls-key", "TMP/none"],
        2,
        /--tls-cert and --tls-key together/,
      ],
      [
        "a certificate that is not there",
        ["--plugins", weather, "--tls-key", "TMP/none", "--tls-cert", "TMP/none"],
        2,
        /--tls-cert: ".*none" does not exist/,
      ],
      [
        "a certificate that is none",
        ["--plugins", weather, "--tls-key", "TMP/text", "--tls-cert", "TMP/text", "--port", "0"],
        1,
        /tls must have a key and a certificate in PEM/,
      ],
      [
        "other machines without a token",
        ["--plugins", weather, "--host", "0.0.0.0"],
        2,
        /--host 0.0.0.0 is for other machines: expected --token-file FILE, or --open/,
      ],
      [
        "a variable without a name",
        ["--plugins", weather, "--plugin-env", "s3cret"],
        2,
        /--plugin-env: expected NAME=VALUE/,
      ],
      [
        "a token file that is not there",
        ["--plugins", weather, "--token-file", "TMP/none"],
        2,
        /--token-file: ".*none" does not exist: write it first/,
      ],
      [
        "a token file that is a folder",
        ["--plugins", weather, "--token-file", "TMP"],
        2,
        /--token-file: ".*" is not a file/,
      ],
      [
        "a token file that is a FIFO",
        ["--plugins", weather, "--token-file", "TMP/fifo"],
        2,
        /--token-file: ".*fifo" is not a file/,
      ],
      [
        "a token file of two gigabytes",
        ["--plugins", weather, "--token-file", "TMP/large"],
        2,
        /has 2147483648 bytes: expected at most 1048576/,
      ],
      [
        "an empty token file",
        ["--plugins", weather, "--token-file", "TMP/empty"],
        2,
        /expected a token on a line, got an empty file/,
      ],
      [
        "a token with spaces",
        ["--plugins", weather, "--token-file", "TMP/spaces"],
        2,
        /line 2 of ".*spaces": expected a token .* without spaces/,
      ],
      [
        "a folder without plugins",
        ["--plugins", "TMP", "--port", "0"],
        1,
        /no plugin to serve in .*: ".*" has no plugin.json within/,
      ],
      [
        "provisioning with an error",
        ["--plugins", weather, "--provisioning", "TMP/bad.yaml"],
        1,
        /bad.yaml:1:1: apiVersion: expected 1, got none/,
      ],
      [
        "a port in use",
        ["--plugins", weather, "--port", "PORT"],
        1,
        /cannot listen on 127.0.0.1, port \d+: .*EADDRINUSE.*choose another port, or 0/,
      ],
    ];
  for (const [name, args, code, expected] of cases) {
    test(name, async (t) => {
      const tmp = await privateTmp(t);
      execFileSync("mkfifo", [join(tmp.path, "fifo")]);
      for (const [file, text] of [
        ["text", "s3cret"],
        ["empty", "\n \n"],
        ["spaces", "s3cret\ns3cret and more\n"],
        ["bad.yaml", "datasources: []"],
        ["large", ""],
      ] as const) {
        await writeFile(join(tmp.path, file), text);
      }
      await truncate(join(tmp.path, "large"), 2 ** 31);
      const other = createTcpServer().listen(0, "127.0.0.1");
      atEnd(t, () => other.close());
      await until("the port is in use", () => other.listening);
      const port = String((other.address() as AddressInfo).port);
      const real = args.map((arg) => arg.replace("TMP", tmp.path).replace("PORT", port));

      const program = run(t, [...real, "--log-level", "error"], { TMPDIR: tmp.path });

      assert.equal((await program.ended).code, code, program.stderr());
      const lines = program.stderr().trimEnd().split("\n");
      assert.match(lines.at(-1) ?? "", expected);
      assert.match(lines.at(-1) ?? "", /^grafana-plugin-protocol: /);
      assert.doesNotMatch(program.stderr(), /s3cret|^ +at /m);
      assert.equal(program.stdout(), "");
    });
  }

  for (const [state, preloaded, expected] of [
    ["not installed", "without-yaml.mjs", /which is not installed: run npm install yaml\n$/],
    [
      "broken",
      "broken-yaml.mjs",
      /which is installed and cannot be loaded \(no such\\u000afile\): install it again\n$/,
    ],
  ] as const) {
    test(`the package yaml is ${state}`, async (t) => {
      const tmp = await privateTmp(t);
      await writeFile(join(tmp.path, "a.yaml"), weatherYaml);
      const hooks = new URL(`serve/${preloaded}`, import.meta.url);

      const program = run(t, ["--plugins", weather, "--provisioning", join(tmp.path, "a.yaml")], {
        NODE_OPTIONS: `--import=${hooks}`,
      });

      assert.equal((await program.ended).code, 1);
      assert.match(program.stderr(), /^grafana-plugin-protocol: .* need the package yaml, [^\n]*\n$/);
      assert.match(program.stderr(), expected);
    });
  }
});

test("--help prints every option, and docs/gateway-cli.md has the same", async (t) => {
  const program = run(t, ["--help"]);
  assert.equal((await program.ended).code, 0);

  const printed = program
    .stdout()
    .split("\n")
    .flatMap((line) => /^ {2}(--\S.*?) {2,}/.exec(line)?.[1] ?? []);

  const page = readFileSync(new URL("docs/gateway-cli.md", root), "utf8");
  const documented = [...page.matchAll(/^\| `(--.*?)` \|/gm)].map(([, option]) =>
    option?.replaceAll("\\|", "|"),
  );
  assert.deepEqual(documented, printed);
  assert.equal(printed.length, 16);
});
