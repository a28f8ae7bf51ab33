/** A gateway with `api: "plutono"` beside what a real Plutono answered. */
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { type PlutonoRecord, type RecordedCall, reduceBody } from "./plutono-record.ts";
import { root, startGateway, weatherFolder } from "./start-gateway.ts";

// The whole record where there is one, else the reduced copy of it.
const whole = join(root, "..", "shared", "recorded", "plutono-7.5.49-weather.json");
const reduced = join(root, "test", "golden", "plutono", "weather.json");
const record = JSON.parse(readFileSync(existsSync(whole) ? whole : reduced, "utf8")) as PlutonoRecord;

/** Parts of a body that depend on what is not Plutono: Go's JSON parser, and how often the plugin was asked. */
function comparable({ request }: RecordedCall, body: string): string {
  if (body.startsWith('[{"classification"')) return body.replace(/"message":".*"/, '"message":"…"');
  return request.path.endsWith("/metrics") ? body.replace(/\d+$/gm, "…") : body;
}

test("every answer is that of a Plutono, field by field", async (t) => {
  const { uid, id, name } = record.dataSource;
  const { ask } = await startGateway(t, {
    api: "plutono",
    plugins: [weatherFolder],
    tokens: ["a token"],
    dataSources: [
      {
        id,
        uid,
        name,
        type: record.plugin,
        url: "http://127.0.0.1:1",
        readOnly: false,
        jsonData: { greeting: "hi" },
        secureJsonData: { token: "a secret" },
      },
    ],
  });

  assert.ok(record.calls.length >= 28, `${record.calls.length} calls`);
  for (const [index, call] of record.calls.entries()) {
    const { method, path, body } = call.request;
    await t.test(`${index}: ${method} ${path}`, async () => {
      const { status, headers, text } = await ask(path, body ?? undefined, {
        method,
        headers:
          index === record.calls.length - 1 ? {} : { Authorization: `Basic ${btoa("api_key:a token")}` },
      });

      assert.equal(
        comparable(call, await reduceBody(text)),
        comparable(call, await reduceBody(call.response.body)),
      );
      assert.equal(status, call.response.status);
      for (const [header, value] of Object.entries(call.response.headers)) {
        assert.equal(headers.get(header), value, header);
      }
    });
  }
});
