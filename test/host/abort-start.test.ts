import assert from "node:assert/strict";
import { join } from "node:path";
import { suite, test } from "node:test";
import { launchPlugin } from "grafana-plugin-protocol/host";
import { v2 } from "grafana-plugin-protocol/v2";
import { fixturePlugin } from "../helpers/launch.ts";
import { privateTmp } from "../helpers/private-tmp.ts";
import { processesWith } from "../helpers/processes.ts";
import { bareServer } from "../helpers/raw-http2.ts";
import { rejectsWithPluginError } from "../helpers/rejection.ts";
import { startFailure } from "../helpers/start-failure.ts";

suite("a start that is aborted", () => {
  test("a start that is aborted before it began starts nothing", async (t) => {
    const tmp = await privateTmp(t);
    const command = await tmp.writeExecutable(`#!/bin/sh\nexec sleep 1000\n`);
    const reason = new Error("changed my mind");

    const error = await startFailure(tmp, "aborted", { command, signal: AbortSignal.abort(reason) });

    assert.equal(error.cause, reason);
    assert.equal(error.pid, undefined);
  });

  test("a start that is aborted before the handshake line ends the plugin", async (t) => {
    const tmp = await privateTmp(t);
    const command = await tmp.writeExecutable("#!/bin/sh\necho started >&2\nexec sleep 1000\n");
    const controller = new AbortController();
    const reason = new Error("changed my mind");
    const onLog = () => controller.abort(reason);

    const error = await startFailure(tmp, "aborted", { command, signal: controller.signal, onLog });

    assert.equal(error.cause, reason);
    assert.deepEqual(error.stderrTail, ["started"]);
    assert.match(error.message, /the start of ".*" \(pid \d+\) was aborted/);
  });

  test("a start that is aborted while dialling ends the plugin", async (t) => {
    const tmp = await privateTmp(t);
    const controller = new AbortController();
    const path = join(tmp.path, "silent");
    await bareServer(t, path, () => controller.abort());
    const command = await tmp.writeExecutable(`#!/bin/sh\necho '1|2|unix|${path}|grpc|'\nexec sleep 1000\n`);

    await rejectsWithPluginError(
      // The test serves the socket, not the plugin.
      launchPlugin({ command, protocols: [v2], signal: controller.signal, allowForeignSocket: true }),
      "aborted",
    );

    assert.deepEqual(processesWith(tmp.path), []);
  });

  test("a start that is aborted afterwards leaves the plugin alone", async (t) => {
    await privateTmp(t);
    const controller = new AbortController();
    await using plugin = await launchPlugin({
      ...fixturePlugin(),
      protocols: [v2],
      signal: controller.signal,
    });

    controller.abort();

    assert.equal((await plugin.data.queryData({})).responses["A"]?.status, 200);
  });
});
