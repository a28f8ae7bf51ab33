import assert from "node:assert/strict";
import { readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { suite, test } from "node:test";
import {
  createHarRecorder,
  type Har,
  recordedFetch,
  replayFetch,
  withHarLog,
} from "grafana-plugin-protocol/sdk";
import { privateTmp } from "../../helpers/private-tmp.ts";
import { rejectionOf } from "../../helpers/rejection.ts";
import { httpServer } from "../http/servers.ts";
import { fetchFor } from "../http/settings.ts";

suite("a replayed recording", () => {
  test("answers by method, URL and body, equal requests in their order", async (t) => {
    let count = 0;
    const origin = await httpServer(t, ({ method, url }, response) => {
      response.writeHead(count === 0 ? 500 : 200, { "x-a": "1", "set-cookie": "s=1" });
      response.end(`${++count} ${method} ${url?.split("?")[0]}`);
    });
    const recorder = createHarRecorder();
    const record = recorder.wrap(fetch);
    const requests = [
      ["/a?token=one", {}],
      ["/a?token=two", {}],
      ["/a", { method: "POST", body: "x" }],
      ["/a", { method: "POST", body: new URLSearchParams({ y: "1", password: "hunter2" }) }],
    ] as const;
    for (const [path, init] of requests) await (await record(`${origin}${path}`, init)).text();

    const replay = replayFetch(JSON.parse(JSON.stringify(recorder.toHar())) as Har);
    const answers: unknown[] = [];
    for (const [path, init] of [...requests, requests[0], requests[3]]) {
      const response = await replay(`${origin}${path}`, init);
      answers.push([response.status, response.headers.get("x-a"), await response.text()]);
    }

    assert.deepEqual(answers, [
      [500, "1", "1 GET /a"],
      [200, "1", "2 GET /a"],
      [200, "1", "3 POST /a"],
      [200, "1", "4 POST /a"],
      [200, "1", "2 GET /a"],
      [200, "1", "4 POST /a"],
    ]);
    assert.equal(count, 4);
  });

  test("fails for what was not recorded, and lists what was", async (t) => {
    const origin = await httpServer(t, (_, response) => response.end());
    const recorder = createHarRecorder();
    await recorder.wrap(fetch)(`${origin}/a`);
    const replay = replayFetch(recorder.toHar());

    const reason = await rejectionOf(replay(`${origin}/b`, { method: "POST", body: "x" }));

    assert.ok(reason instanceof TypeError);
    assert.equal(
      reason.message,
      `expected a recorded request, got "POST ${origin}/b x": record it again; the recording has 1:\n  "GET ${origin}/a"`,
    );
  });

  test("fails where the recorded request failed, and heeds its signal", async () => {
    const recorder = createHarRecorder();
    await rejectionOf(recorder.wrap(fetch)("http://127.0.0.1:2/"));
    const replay = replayFetch(recorder.toHar());

    assert.match(
      String(await rejectionOf(replay("http://127.0.0.1:2/"))),
      /the recorded request failed: transport error/,
    );
    const signal = AbortSignal.abort(new Error("why"));
    assert.match(String(await rejectionOf(replay("http://127.0.0.1:2/", { signal }))), /why/);
  });

  test("reads what the Go SDK and browsers record", async () => {
    const entry = {
      startedDateTime: "2026-01-01T00:00:00Z",
      time: 1,
      request: {
        method: "GET",
        url: "http://example.com/",
        httpVersion: "HTTP/1.1",
        headers: [],
        queryString: [],
        cookies: [],
        bodySize: 0,
        headersSize: -1,
      },
      response: {
        status: 200,
        statusText: "200 OK",
        httpVersion: "HTTP/1.1",
        headers: [
          { name: "Content-Encoding", value: "gzip" },
          { name: "X-A", value: "1" },
        ],
        cookies: [],
        content: { size: 2, mimeType: "", text: "aGk=", encoding: "base64" as const },
        redirectURL: "",
        bodySize: 2,
        headersSize: -1,
      },
      cache: {},
      timings: { send: 0, wait: 1, receive: 0 },
    };
    const replay = replayFetch({
      log: { version: "1.2", creator: { name: "x", version: "1" }, entries: [entry] },
    });

    const response = await replay("http://example.com");

    assert.deepEqual(
      [response.statusText, [...response.headers], await response.text()],
      ["OK", [["x-a", "1"]], "hi"],
    );
  });
});

suite("a recorded fetch", () => {
  test("records once and replays from then on, without the server", async (t) => {
    const { path } = await privateTmp(t);
    const file = join(path, "recorded.har");
    let count = 0;
    const origin = await httpServer(t, (_, response) => response.end(String(++count)));
    const secrets = { values: ["my-secret"] };
    const use = async (): Promise<readonly unknown[]> => {
      await using recorded = await recordedFetch(file, fetchFor(t, { url: origin }), { secrets });
      return [recorded.isReplay, await (await recorded.fetch("a/my-secret")).text()];
    };

    assert.deepEqual(await use(), [false, "1"]);
    assert.deepEqual(await use(), [true, "1"]);
    assert.equal(count, 1);
    assert.doesNotMatch(await readFile(file, "utf8"), /my-secret/);
    assert.equal((await stat(file)).mode & 0o777, 0o600);
  });

  test("refuses a file that is not a recording", async (t) => {
    const { path } = await privateTmp(t);
    const file = join(path, "broken.har");

    for (const text of ["{", "{}", "[]", "null", '{"log":{"entries":{}}}']) {
      await writeFile(file, text);
      assert.match(
        String(await rejectionOf(recordedFetch(file, fetch))),
        /^Error: expected a recording of HAR 1\.2 in ".*broken\.har": .*: delete it to record again$/,
      );
    }
  });
});

suite("the HTTP log that the environment asks for", () => {
  test("is a file that each request is written to, without the credentials of the settings", async (t) => {
    const { path } = await privateTmp(t);
    const file = join(path, "log.har");
    const origin = await httpServer(t, (_, response) => response.end("x"));
    const env = { GF_PLUGIN_HAR_LOG_ENABLED: "true", GF_PLUGIN_HAR_LOG_PATH: file };
    const settings = { url: origin, user: "me", secureJsonData: { password: "hunter2" } };
    const logged = withHarLog(fetchFor(t, settings), { pluginId: "my-ds", env });

    await Promise.all(Array.from({ length: 5 }, async () => (await logged("a")).text()));
    await rejectionOf(logged("http://127.0.0.1:1/"));

    const text = await readFile(file, "utf8");
    assert.equal((JSON.parse(text) as Har).log.entries.length, 6);
    assert.doesNotMatch(text, /hunter2|authorization/i);
    assert.equal(typeof logged.close, "function");
  });

  test("is in the system's temporary folder by default, named after the plugin", async (t) => {
    const { path } = await privateTmp(t);
    const { readdir } = await import("node:fs/promises");
    const origin = await httpServer(t, (_, response) => response.end("x"));

    await withHarLog(fetchFor(t, { url: origin }), {
      pluginId: "my-ds",
      env: { GF_PLUGIN_HAR_LOG_ENABLED: "true" },
    })("a");

    const names = await readdir(path);
    assert.equal(names.filter((name) => /^my-ds_\d+\.har$/.test(name)).length, 1, names.join());
  });

  test("is the same fetch where the environment does not, and no reason to fail", async (t) => {
    const origin = await httpServer(t, (_, response) => response.end("x"));
    const plain = fetchFor(t, { url: origin });
    const errors: unknown[] = [];
    const env = { GF_PLUGIN_HAR_LOG_ENABLED: "true", GF_PLUGIN_HAR_LOG_PATH: "/nowhere/log.har" };
    const broken = withHarLog(plain, { pluginId: "my-ds", env, onError: (error) => errors.push(error) });

    assert.equal(withHarLog(plain, { pluginId: "my-ds", env: {} }), plain);
    assert.equal((await broken("a")).status, 200);
    assert.match(String(errors), /ENOENT/);
  });
});
