/** `grafana-plugin-protocol serve` with a plugin on the official Go SDK, and its signals. */
import assert from "node:assert/strict";
import { copyFile, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { suite, type TestContext, test } from "node:test";
import { type PrivateTmp, privateTmp } from "../../helpers/private-tmp.ts";
import { processesWith } from "../../helpers/processes.ts";
import { until } from "../../helpers/until.ts";
import { buildGoPeers, withoutGo } from "../../interop/go-peers.ts";
import { post, run, type Serving, untilTable } from "./start-serve.ts";

const peers = await buildGoPeers();

const skip = peers === undefined ? withoutGo : false;

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
