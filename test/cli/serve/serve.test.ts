/** `grafana-plugin-protocol serve` as a process: what it prints, serves and reads again. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { get } from "node:https";
import { networkInterfaces } from "node:os";
import { join } from "node:path";
import { suite, test } from "node:test";
import { root } from "../../../scripts/readme/pages.ts";
import { privateTmp } from "../../helpers/private-tmp.ts";
import { testCertificate } from "../../helpers/test-certificate.ts";
import { until } from "../../helpers/until.ts";
import { post, run, start, untilTable, weather, weatherQuery, weatherYaml } from "./start-serve.ts";

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
