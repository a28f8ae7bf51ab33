import assert from "node:assert/strict";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { after, before, test } from "node:test";
import {
  assertAlertable,
  callResourceRequest,
  checkGoldenResponse,
  checkHealthRequest,
  createInMemoryPlugin,
  queryDataRequest,
  streamRequest,
} from "grafana-plugin-protocol/testing";
import { decodeQueryData, v2 } from "grafana-plugin-protocol/v2";
import { greenhouse } from "./data-source.ts";
import { createGreenhouse } from "./service.ts";

const service = createGreenhouse("secret");
const plugin = createInMemoryPlugin(v2, greenhouse.implementation);
const text = new TextDecoder();

/** The settings of a data source as Grafana sends them. */
const settings = (token = "secret") => ({
  dataSource: {
    // The plugin makes one client for each data source, so another token needs another one.
    uid: `with-${token}`,
    url: `http://127.0.0.1:${(service.address() as AddressInfo).port}`,
    jsonData: { pollMs: 1 },
    secureJsonData: { token },
  },
});

before(() => once(service.listen(0, "127.0.0.1"), "listening"));
after(async () => {
  await greenhouse.close();
  service.close();
});

test("history is a series that alert rules can use", async () => {
  const request = queryDataRequest([{ queryType: "history", sensor: "north", intervalMs: 3_600_000 }], {
    timeRange: { from: new Date("2026-01-01T00:00Z"), to: new Date("2026-01-01T06:00Z") },
    context: settings(),
  });

  const { frames = [] } = (await decodeQueryData(await plugin.data.queryData(request))).get("A") ?? {};

  assertAlertable(frames, "series");
  checkGoldenResponse(new URL("history.golden.jsonc", import.meta.url), frames);
});

test("each query is answered on its own", async () => {
  const queries = [
    { queryType: "latest", sensor: "south", live: true },
    { queryType: "latest", sensor: "west" },
    { queryType: "latest" },
  ];

  const request = queryDataRequest(queries, { context: settings() });
  const answers = await decodeQueryData(await plugin.data.queryData(request));

  assert.equal(answers.get("A")?.frames[0]?.meta?.channel, "ds/with-secret/live/south");
  assert.match(answers.get("B")?.error?.message ?? "", /404: .*no sensor/);
  assert.equal(answers.get("B")?.error?.errorSource, "downstream");
  assert.match(answers.get("C")?.error?.message ?? "", /expected a model of .* "latest": sensor/);
});

test("health says what is wrong with the settings", async () => {
  const { message } = await plugin.diagnostics.checkHealth(checkHealthRequest({ context: settings() }));
  const other = await plugin.diagnostics.checkHealth(checkHealthRequest({ context: settings("other") }));

  assert.equal(message, "the greenhouse has 2 sensors");
  assert.match(other.message, /401: .*unknown token/);
});

test("a query editor can list the sensors", async () => {
  const request = callResourceRequest("sensors", { context: settings() });

  let body = "";
  for await (const part of plugin.resource.callResource(request)) body += text.decode(part.body);

  assert.equal(body, '["north","south"]');
});

test("the stream goes on until the host leaves it", async () => {
  const packets = [];

  for await (const { data } of plugin.stream.runStream(
    streamRequest("live/north", { context: settings() }),
  )) {
    packets.push(JSON.parse(text.decode(data)));
    if (packets.length === 3) break;
  }

  // The schema is in the first packet only.
  assert.deepEqual(
    packets.map((packet) => Object.keys(packet)),
    [["schema", "data"], ["data"], ["data"]],
  );
});
