/** Python's `grafana-client`, unchanged, against a gateway: what it makes of each answer. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { join } from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";
import { startClientsGateway, token, weatherType, withoutGoPlugin } from "./start-clients-gateway.ts";

const python = process.env["GATEWAY_CLIENTS_PYTHON"] ?? "python3";

test("grafana-client connects, finds data sources, checks their health and queries", async (t) => {
  const { url } = await startClientsGateway(t);

  const { stdout } = await promisify(execFile)(
    python,
    [join(import.meta.dirname, "ask_gateway.py"), url, token, ...(withoutGoPlugin === false ? ["go"] : [])],
    { maxBuffer: 16 << 20 },
  );
  const seen = JSON.parse(stdout);

  await t.test("connects, by a token or a password", () => {
    assert.match(seen.version, /^\d+\.\d+\.\d+$/);
    assert.equal(seen.connect.version, seen.version);
    assert.equal(seen.password, seen.version);
    assert.deepEqual(seen.wrongToken.slice(0, 2), ["GrafanaUnauthorizedError", 401]);
  });

  await t.test("finds data sources by every name", () => {
    assert.deepEqual(seen.list.at(-1), [1, "w1", "proxy"]);
    const { id, uid, name, type, access, jsonData, secureJsonFields } = seen.byUid;
    assert.deepEqual(
      { id, uid, name, type, access, jsonData, secureJsonFields },
      {
        id: 1,
        uid: "w1",
        name: "Weather",
        type: weatherType,
        access: "proxy",
        jsonData: { greeting: "hi" },
        secureJsonFields: { token: true },
      },
    );
    for (const way of ["byName", "byId", "found", "byIdentifier"])
      assert.deepEqual(seen[way], seen.byUid, way);
    assert.deepEqual(seen.idByName, { id: 1 });
    assert.deepEqual(seen.unknown, ["GrafanaClientError", 404, { message: "Data source not found" }]);
    assert.ok(seen.plugins.includes(weatherType), seen.plugins.join());
    assert.equal(seen.plugin, weatherType);
  });

  await t.test("checks health: the gateway's way, and by a query of its own", () => {
    assert.equal(seen.health.status, "OK");
    const message = "2922 days of weather in 2 places";
    const source = { uid: "w1", type: weatherType };
    assert.deepEqual(seen.healthInquiry, { ...source, success: true, status: "OK", message });
    // Its own check asks a database for a time series without a time, which this one refuses: it finds the reason.
    const reason = 'expected a long time series, but frame "" has no field of kind time: add one';
    assert.deepEqual(seen.healthCheck, { ...source, success: false, status: "ERROR", message: reason });
    assert.equal(seen.healthOfNone.message, "Data source not found");
  });

  await t.test("queries by smartquery, and has the error of a query that fails", () => {
    const [frame] = seen.query.results.test.frames;
    assert.deepEqual(frame.data.values, [
      ["New York", "Seattle"],
      [37.8, 35.6],
    ]);
    const [name, status, body] = seen.failedQuery;
    assert.deepEqual([name, status], ["GrafanaBadInputError", 400]);
    assert.match(body.results.test.error, /no such column: nonsense/);
  });

  await t.test("queries a plugin on the Go SDK", { skip: withoutGoPlugin }, () => {
    assert.deepEqual(seen.goQuery[0].results.A.frames[0].data.values[1], [0, 0.5]);
  });

  await t.test("is told that there is no data source proxy", () => {
    const [name, status, body] = seen.proxy;
    assert.deepEqual([name, status], ["GrafanaServerError", 501]);
    assert.match(body.message, /no data source proxy/);
  });
});
