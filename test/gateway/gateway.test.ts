/** The gateway as a whole: its Fetch handler, its plugins, its data sources, and what it tells of itself. */
import assert from "node:assert/strict";
import { copyFile, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { suite, test } from "node:test";
import { createGateway, type GatewayDataSource, type GatewayOptions } from "grafana-plugin-protocol/gateway";
import { pluginExecutable } from "grafana-plugin-protocol/host";
import { createInMemoryPlugin } from "grafana-plugin-protocol/testing";
import { type PluginContext, v2 } from "grafana-plugin-protocol/v2";
import { atEnd } from "../helpers/at-end.ts";
import { privateTmp } from "../helpers/private-tmp.ts";
import { runProgram, sourceProgram } from "../helpers/run-program.ts";
import { until } from "../helpers/until.ts";
import { startInMemory } from "./in-memory-gateway.ts";
import { readAnswer, startGateway, weather, weatherFolder, weatherQuery } from "./start-gateway.ts";

/** A plugin that keeps the context of each health check. */
function observer(): {
  readonly client: ReturnType<typeof createInMemoryPlugin<typeof v2>>;
  readonly seen: PluginContext[];
} {
  const seen: PluginContext[] = [];
  const client = createInMemoryPlugin(v2, {
    diagnostics: {
      checkHealth: ({ pluginContext }) => {
        if (pluginContext !== undefined) seen.push(pluginContext);
        return { status: 1, message: "ok" };
      },
    },
  });
  return { client, seen };
}

test("close ends a process with nothing else to do, not the other way round", async (t) => {
  await privateTmp(t);
  const program = runProgram(
    t,
    process.execPath,
    sourceProgram(new URL("fixtures/close-with-a-request.ts", import.meta.url)),
  );

  assert.deepEqual(await program.ended, { code: 0, signal: null }, program.stderr());
  assert.equal(program.stdout(), "499\n");
});

test("the address alone says what this is, and where to look", async (t) => {
  const { ask } = await startInMemory(t, {});
  const { status, json } = await ask("/");

  assert.equal(status, 200);
  assert.match(json.message, /gateway of Grafana plugins/);
  for (const path of json.see) assert.equal((await ask(path)).status, 200, path);
});

suite("the Fetch handler", () => {
  for (const [how, limits, status] of [
    ["is left by its client", {}, 400],
    ["takes too long", { timeoutMs: 1 }, 504],
  ] as const) {
    test(`answers a request whose body has no end, when it ${how}`, async (t) => {
      const { client } = observer();
      const gateway = await createGateway({ plugins: [{ id: "memory", client }], limits });
      atEnd(t, () => gateway.close({ graceMs: 0 }));
      const left = new AbortController();
      const isRead = Promise.withResolvers<void>();
      const body = new ReadableStream({ pull: () => isRead.resolve() }, { highWaterMark: 0 });
      const request = new Request("http://localhost/api/ds/query", {
        method: "POST",
        body,
        duplex: "half",
        signal: left.signal,
      } as RequestInit);

      const answer = gateway.fetch(request);
      await isRead.promise;
      if (status === 400) left.abort();

      assert.equal((await answer).status, status);
    });
  }

  test("takes a body that breaks off for the client's fault", async (t) => {
    const { client } = observer();
    const gateway = await createGateway({ plugins: [{ id: "memory", client }] });
    atEnd(t, () => gateway.close({ graceMs: 0 }));
    const body = new ReadableStream({ pull: (controller) => controller.error(new Error("broken")) });
    const request = new Request("http://localhost/api/ds/query", {
      method: "POST",
      body,
      duplex: "half",
    } as RequestInit);

    const { status, json } = await readAnswer(await gateway.fetch(request));

    assert.deepEqual([status, json], [400, { message: "the body broke off" }]);
  });

  test("answers a request, streams a resource, and closes", async (t) => {
    await privateTmp(t);
    const gateway = await createGateway({ plugins: [weatherFolder], dataSources: [weather] });
    atEnd(t, () => gateway.close());
    const ask = async (path: string, init?: RequestInit) =>
      readAnswer(await gateway.fetch(new Request(`http://gateway.example${path}`, init)));

    const queried = await ask("/api/ds/query", { method: "POST", body: JSON.stringify(weatherQuery()) });
    const columns = await ask("/api/datasources/uid/w1/resources/columns");
    const head = await gateway.fetch(
      new Request("http://gateway.example/api/datasources/uid/w1/resources/columns", { method: "HEAD" }),
    );

    assert.equal(queried.status, 200);
    assert.deepEqual(queried.json.results.A.frames[0].data.values[0], ["New York", "Seattle"]);
    assert.equal(columns.json.columns.length, 7);
    assert.deepEqual([head.status, head.body], [404, null]);
    await gateway.close();
    assert.equal((await ask("/api/datasources")).status, 503);
  });

  test("stops the plugin when the body of its answer is not read to its end", async (t) => {
    let isEnded = false;
    const client = createInMemoryPlugin(v2, {
      resource: {
        async *callResource() {
          try {
            for (;;) yield { code: 200, body: new Uint8Array(1024) };
          } finally {
            isEnded = true;
          }
        },
      },
    });
    const gateway = await createGateway({
      plugins: [{ id: "memory", client }],
      dataSources: [{ name: "M", uid: "m1", type: "memory" }],
    });
    atEnd(t, () => gateway.close({ graceMs: 0 }));
    const response = await gateway.fetch(new Request("http://x/api/datasources/uid/m1/resources/a"));

    await response.body?.cancel();

    await until("the handler has ended", () => isEnded);
  });
});

suite("plugins", () => {
  test("that cannot be read or started are named, and the others are served", async (t) => {
    const { path, writeExecutable } = await privateTmp(t);
    await writeExecutable("#!/bin/sh\nexit 3\n", "gpx_broken");
    const folder = join(path, "plugins");
    await mkdir(join(folder, "bad"), { recursive: true });
    await writeFile(join(folder, "bad", "plugin.json"), "{");
    const server = await startGateway(t, {
      plugins: [
        folder,
        join(path, "nowhere"),
        weatherFolder,
        { id: "broken", launch: { command: join(path, "gpx_broken") } },
      ],
      dataSources: [weather, { name: "Broken", type: "broken", uid: "b" }],
    });

    const [first, second, ...more] = server.gateway.problems;
    assert.match(first ?? "", /bad.plugin\.json" cannot be used: expected JSON/);
    assert.match(second ?? "", /nowhere" cannot be read/);
    assert.equal(more.length, 0);
    const health = await server.ask("/api/datasources/uid/b/health");
    assert.deepEqual([health.status, health.json.messageId], [500, "plugin.unavailable"]);
    assert.equal((await server.ask("/api/datasources/uid/w1/health")).status, 200);
    assert.deepEqual(
      server.gateway.plugins.map(({ id, status }) => [id, status]),
      [
        ["example-weather-datasource", "ready"],
        ["broken", "failed"],
      ],
    );
    assert.deepEqual((await server.ask("/api/health")).json.plugins, {
      ready: 1,
      notReady: 1,
      unreadable: 2,
    });
    const { text } = await server.ask("/metrics");
    assert.match(text, /plugin_ready\{plugin_id="broken"\} 0$/m);
    assert.match(text, /plugin_ready\{plugin_id="example-weather-datasource"\} 1$/m);
  });

  test("without a backend are named in the log, and are no problem", async (t) => {
    const { path } = await privateTmp(t);
    const json = { id: "acme-page-datasource", name: "Page", type: "datasource" };
    await mkdir(join(path, "page"));
    await writeFile(join(path, "page", "plugin.json"), JSON.stringify(json));
    const server = await startGateway(t, { plugins: [path, weatherFolder] });

    assert.equal(server.gateway.plugins.length, 1);
    assert.deepEqual(server.gateway.problems, []);
    const { level, fields } = server.log.find(({ message }) => message.includes("has no backend")) ?? {};
    assert.deepEqual([level, fields], ["info", { pluginId: "acme-page-datasource" }]);
  });

  test("of which a folder has a copy are served once, with the others", async (t) => {
    const { path, writeExecutable } = await privateTmp(t);
    for (const copy of ["a", "b"]) {
      await mkdir(join(path, copy));
      await copyFile(join(weatherFolder, "plugin.json"), join(path, copy, "plugin.json"));
      const command = `exec "${pluginExecutable(weatherFolder, "gpx_weather")}"`;
      await writeExecutable(`#!/bin/sh\n${command}\n`, pluginExecutable(copy, "gpx_weather"));
    }
    const server = await startGateway(t, { plugins: [path, { id: "other", client: observer().client }] });

    assert.deepEqual(
      server.gateway.plugins.map(({ id }) => id),
      ["example-weather-datasource", "other"],
    );
    assert.deepEqual(server.gateway.problems, [
      `"${join(path, "b")}" is left out: "${join(path, "a")}" has the plugin example-weather-datasource already: remove one of them`,
    ]);
    assert.equal((await server.ask("/api/datasources/uid/w1/health")).status, 200);
  });

  for (const [name, plugins, message] of [
    [
      "twice with one id",
      [
        { id: "a", client: observer().client },
        { id: "a", client: observer().client },
      ],
      /ids of their own/,
    ],
    ["with neither launch nor client", [{ id: "a" }], /either launch or client, got none/],
    [
      "with both",
      [{ id: "a", client: observer().client, launch: { command: "x" } }],
      /either launch or client, got both/,
    ],
    ["without an id", [{ client: observer().client }], /plugins\[0\]\.id must be/],
    ["that are no list", "folder", /plugins must be a list/],
  ] as const) {
    test(`${name} are refused`, async () => {
      await assert.rejects(createGateway({ plugins } as unknown as GatewayOptions), {
        code: "invalid_option",
        message,
      });
    });
  }

  test("see one configuration and one time of the data source in every call, and the user of the request", async (t) => {
    const { client, seen } = observer();
    const { ask } = await startGateway(t, {
      plugins: [{ id: "seer", version: "1.2.3", client }],
      dataSources: [
        {
          name: "S",
          uid: "s",
          type: "seer",
          url: "http://db",
          user: "u",
          database: "d",
          basicAuth: true,
          basicAuthUser: "b",
        },
      ],
      featureToggles: ["zebra", "ant"],
      grafanaConfig: { GF_SQL_ROW_LIMIT: "5" },
      appUrl: "https://gateway.example/",
      user: (header) => ({ login: header("x-user") ?? "nobody", role: "Editor" }),
    });
    await ask("/api/datasources/uid/s/health", undefined, { headers: { "X-User": "ada" } });
    await ask("/api/datasources/1/health");

    const [first, second] = seen;
    assert.ok(first !== undefined && second !== undefined);
    assert.deepEqual(first.grafanaConfig, second.grafanaConfig);
    assert.equal(first.grafanaConfig["GF_INSTANCE_FEATURE_TOGGLES_ENABLE"], "ant,zebra");
    assert.equal(first.grafanaConfig["GF_SQL_ROW_LIMIT"], "5");
    assert.equal(first.grafanaConfig["GF_APP_URL"], "https://gateway.example/");
    assert.match(first.userAgent, /^Grafana\/12\.4\.0 \(\w+; \w+\)$/);
    assert.deepEqual(
      [first.pluginId, first.pluginVersion, first.namespace, first.orgId],
      ["seer", "1.2.3", "default", 1n],
    );
    assert.deepEqual([first.user?.login, first.user?.role, second.user?.login], ["ada", "Editor", "nobody"]);
    const settings = first.dataSourceInstanceSettings;
    assert.deepEqual(
      [
        settings?.url,
        settings?.user,
        settings?.database,
        settings?.basicAuthEnabled,
        settings?.basicAuthUser,
      ],
      ["http://db", "u", "d", true, "b"],
    );
    assert.equal(settings?.lastUpdatedMS, second.dataSourceInstanceSettings?.lastUpdatedMS);
  });

  test("that are read from a folder inherit nothing that they were not given", async (t) => {
    const { path, writeExecutable } = await privateTmp(t);
    const folder = join(path, "env-datasource");
    await mkdir(folder);
    // Tells its variables instead of a handshake line, so that its start fails with them.
    await writeExecutable("#!/bin/sh\nenv | cut -d= -f1 >&2\n", "env-datasource/gpx_env_linux_amd64");
    await writeExecutable("#!/bin/sh\nenv | cut -d= -f1 >&2\n", "env-datasource/gpx_env_linux_arm64");
    await writeFile(
      join(folder, "plugin.json"),
      JSON.stringify({ id: "env-datasource", type: "datasource", backend: true, executable: "gpx_env" }),
    );
    process.env["GATEWAY_TEST_SECRET"] = "not for plugins";
    atEnd(t, () => delete process.env["GATEWAY_TEST_SECRET"]);
    const { log, gateway } = await startGateway(t, { plugins: [folder], dataSources: [] });
    await until("the start has failed", () => gateway.plugins[0]?.status === "failed");

    const names = log
      .filter(({ fields }) => fields["pluginId"] === "env-datasource")
      .map(({ message }) => message);
    assert.ok(names.includes("GF_VERSION") && names.includes("PATH"), names.join());
    assert.ok(!names.includes("GATEWAY_TEST_SECRET"));
  });

  test("that are apps have the settings of the app, and their secrets stay with them", async (t) => {
    const { client, seen } = observer();
    const { ask } = await startGateway(t, {
      plugins: [{ id: "an-app", type: "app", client }],
      apps: { "an-app": { jsonData: { a: 1 }, secureJsonData: { key: "app-secret" } } },
      dataSources: [],
    });
    await ask("/api/plugins/an-app/health");
    const { text, json } = await ask("/api/plugins/an-app/settings");

    assert.equal(seen[0]?.appInstanceSettings?.decryptedSecureJsonData["key"], "app-secret");
    assert.deepEqual([json.jsonData, json.secureJsonFields], [{ a: 1 }, { key: true }]);
    assert.ok(!text.includes("app-secret"));
  });
});

suite("data sources", () => {
  const one: GatewayDataSource = { name: "One", type: "seer", secureJsonData: { a: "secret" } };

  test("are replaced while the gateway runs: those that change, and only those, get another time", async (t) => {
    const { client, seen } = observer();
    const { ask, gateway } = await startGateway(t, {
      plugins: [{ id: "seer", client }],
      dataSources: [one, { name: "Two", type: "seer" }],
    });
    const times = async (): Promise<readonly (bigint | undefined)[]> => {
      seen.length = 0;
      for (const uid of ["One", "Two"]) await ask(`/api/datasources/uid/${uid}/health`);
      return seen.map(({ dataSourceInstanceSettings }) => dataSourceInstanceSettings?.lastUpdatedMS);
    };
    const [first, second] = await times();
    gateway.setDataSources([
      { name: "Three", type: "seer" },
      { name: "Two", type: "seer" },
      { ...one, secureJsonData: { a: "other" } },
    ]);
    const [changed, same] = await times();

    assert.ok(first !== undefined && changed !== undefined && changed > first);
    assert.equal(same, second);
    assert.deepEqual(
      (await ask("/api/datasources")).json.map((each: { id: number; name: string }) => [each.name, each.id]),
      [
        ["One", 1],
        ["Three", 3],
        ["Two", 2],
      ],
    );
  });

  test("that cannot be used leave the old ones in place", async (t) => {
    const { ask, gateway } = await startInMemory(t, {});

    assert.throws(() => gateway.setDataSources([one, one]), { code: "invalid_option" });
    assert.equal((await ask("/api/datasources")).json[0].name, "Memory");
  });

  for (const [name, given, message] of [
    ["without a name", [{ type: "a" }], /dataSources\[0\]\.name must be/],
    ["without a type", [{ name: "a" }], /dataSources\[0\]\.type must be/],
    [
      "with a uid that Grafana refuses",
      [{ name: "a", type: "a", uid: "a/b" }],
      /uid must be 1 to 40 letters/,
    ],
    ["with a number below 1", [{ name: "a", type: "a", id: 0 }], /id must be a whole number from 1 on/],
    [
      "with one name",
      [
        { name: "a", type: "a", uid: "1" },
        { name: "a", type: "a", uid: "2" },
      ],
      /name must be one of its own/,
    ],
    [
      "with one number",
      [
        { name: "a", type: "a", id: 5 },
        { name: "b", type: "a", id: 5 },
      ],
      /id must be one of its own/,
    ],
    [
      "with a secret that is no text",
      [{ name: "a", type: "a", secureJsonData: { a: 5 } }],
      /secureJsonData\.a must be a string/,
    ],
    ["with jsonData that is a list", [{ name: "a", type: "a", jsonData: [] }], /jsonData must be an object/],
  ] as const) {
    test(`${name} are refused`, async () => {
      const options = { plugins: [], dataSources: given } as unknown as GatewayOptions;
      await assert.rejects(createGateway(options), { code: "invalid_option", message });
    });
  }

  test("get the numbers that are free, and a uid of their name", async (t) => {
    const { ask } = await startInMemory(
      t,
      {},
      {
        dataSources: [
          { name: "B ä", type: "memory" },
          { name: "A", type: "memory", id: 1 },
          { name: "C", type: "memory" },
        ],
      },
    );
    const { json } = await ask("/api/datasources");

    assert.deepEqual(
      json.map((each: { id: number; uid: string }) => [each.uid, each.id]),
      [
        ["A", 1],
        ["B--", 2],
        ["C", 3],
      ],
    );
  });
});

suite("what clients look up", () => {
  test("is the version, the data sources and the plugins", async (t) => {
    const { ask } = await startGateway(t, {
      grafanaVersion: "13.0.1",
      dataSources: [weather, { ...weather, name: "Second", uid: "w2", isDefault: true }],
    });
    const { json: settings } = await ask("/api/frontend/settings");
    const { json: plugins } = await ask("/api/plugins");
    const { json: byName } = await ask("/api/datasources/id/Second");

    assert.equal(settings.buildInfo.version, "13.0.1");
    assert.equal(settings.defaultDatasource, "Second");
    assert.equal(settings.datasources.Weather.meta.id, "example-weather-datasource");
    assert.deepEqual(
      plugins.map((each: { id: string; name: string }) => [each.id, each.name]),
      [["example-weather-datasource", "Weather"]],
    );
    assert.deepEqual(byName, { id: 2 });
  });
});

test("a data source may have the name of a route", async (t) => {
  const { ask } = await startInMemory(
    t,
    {},
    { dataSources: [{ name: "health", uid: "health", type: "memory" }] },
  );

  assert.equal((await ask("/api/datasources/name/health")).json.uid, "health");
  assert.equal((await ask("/api/datasources/uid/health")).json.uid, "health");
  assert.equal((await ask("/api/datasources/id/health")).json.id, 1);
});

test("each request is one line of the log and one of the metrics, with its route and without its query string", async (t) => {
  const { ask, log } = await startInMemory(t, {});
  await ask("/api/datasources/name/Memory?auth_token=secret");
  await ask("/api/nothing/12345");

  const lines = log.filter(({ message }) => message === "request completed").map(({ fields }) => fields);
  assert.equal(lines.length, 2);
  assert.deepEqual(
    lines.map(({ method, route, status }) => [method, route, status]),
    [
      ["GET", "/api/datasources/name/:name", 200],
      ["GET", "other", 404],
    ],
  );
  assert.ok(!JSON.stringify(log).includes("secret"));
  const { text } = await ask("/metrics");
  assert.match(
    text,
    /http_requests_total\{code="200",method="GET",route="\/api\/datasources\/name\/:name"\} 1$/m,
  );
  assert.match(text, /http_requests_total\{code="404",method="GET",route="other"\} 1$/m);
  assert.match(text, /http_request_duration_seconds_bucket\{route="other",le="\+Inf"\} 1$/m);
  assert.match(text, /http_requests_in_flight 1$/m);
});
