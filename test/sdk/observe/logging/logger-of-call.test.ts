import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { create } from "@bufbuild/protobuf";
import { createLogger, type LogRecord } from "grafana-plugin-protocol/plugin";
import { type LoggedCall, loggerOfCall } from "grafana-plugin-protocol/sdk";
import { PluginContextSchema } from "grafana-plugin-protocol/v2";
import { oddSecret, spelledSecret } from "../../../helpers/spelled-secret.ts";

const token = "s3cr3t-token";
const pem = "-----BEGIN KEY-----\nabc\n-----END KEY-----";

/** With the context of our own transport, which keeps several values of a key apart. */
function callWith(metadata: Readonly<Record<string, readonly string[]>> = {}): LoggedCall {
  const context = { requestHeader: new Headers(), requestFields: (name: string) => metadata[name] ?? [] };
  return {
    endpoint: "queryData",
    context,
    pluginContext: create(PluginContextSchema, {
      pluginId: "p",
      pluginVersion: "1.0.0",
      dataSourceInstanceSettings: {
        name: "Prices",
        uid: "ds1",
        decryptedSecureJsonData: { token, pem, short: "a", odd: oddSecret },
      },
      appInstanceSettings: { decryptedSecureJsonData: { key: `${token}-of-the-app` } },
    }),
  };
}

function logged(run: (log: ReturnType<typeof createLogger>) => void): readonly LogRecord[] {
  const records: LogRecord[] = [];
  run(createLogger({ level: "debug", write: (record) => records.push(record) }));
  return records;
}

suite("the log of a call", () => {
  test("the log of a call has what the host adds in each line, and nothing for a pair that is not one", () => {
    const metadata = {
      loggerparamsctxmetadata: ["a:::1", "b", ":::c", "d:::", "e:::2:::3, f:::4", "__proto__:::5"],
    };

    const [record] = logged((log) => loggerOfCall(log, callWith(metadata), ["w3c"]).info("a line"));

    assert.deepEqual(Object.entries(record?.fields ?? {}), [
      ["pluginId", "p"],
      ["pluginVersion", "1.0.0"],
      ["endpoint", "queryData"],
      ["dsName", "Prices"],
      ["dsUid", "ds1"],
      ["a", "1"],
      ["f", "4"],
      ["__proto__", "5"],
    ]);
  });

  test("the log of a call has each pair that a transport has joined", () => {
    const requestHeader = new Headers([
      ["loggerParamsCtxMetadata", "a:::1, 2"],
      ["loggerParamsCtxMetadata", "b:::3"],
    ]);

    const [record] = logged((log) =>
      loggerOfCall(log, { ...callWith(), context: { requestHeader } }, ["w3c"]).info("a line"),
    );

    assert.equal(record?.fields["a"], "1, 2");
    assert.equal(record?.fields["b"], "3");
  });

  test("the log of a call hides the call's secrets in messages, texts, errors and objects", () => {
    const records = logged((given) => {
      const log = loggerOfCall(given, callWith(), ["w3c"]).with({ url: `http://x/?key=${token}` });
      log.warn(`401 for ${token}`, {
        error: new Error(`bad ${token}-of-the-app`, { cause: new Error(pem) }),
        request: { headers: { authorization: `Bearer ${token}` }, count: 3n, pem },
        letter: "a",
      });
    });

    const fields = records[0]?.fields ?? {};
    assert.equal(records[0]?.message, "401 for [secret]");
    assert.equal(fields["url"], "http://x/?key=[secret]");
    assert.deepEqual(fields["request"], {
      headers: { authorization: "Bearer [secret]" },
      count: "3",
      pem: "[secret]",
    });
    assert.equal(fields["letter"], "a");
    assert.match(String(fields["error"]), /^Error: bad \[secret\]\n/);
    assert.doesNotMatch(JSON.stringify(records), /s3cr3t|BEGIN KEY/);
  });

  test("the log of a call hides a secret however a text spells it", () => {
    for (const [how, spelled] of Object.entries(spelledSecret)) {
      const [record] = logged((log) => loggerOfCall(log, callWith(), ["w3c"]).info(`refused (${spelled})`));

      assert.match(String(record?.message), /^refused \(\[secret\]=*\)$/, how);
    }
  });

  test("the log of a call reads nothing of the call for a line below the level", () => {
    const call: LoggedCall = {
      endpoint: "queryData",
      get pluginContext(): never {
        throw new Error("read");
      },
      get context(): never {
        throw new Error("read");
      },
    };

    const { debug, level } = loggerOfCall(createLogger({ level: "error" }), call).with({ a: 1 });

    assert.doesNotThrow(() => debug("below the level"));
    assert.equal(level, "error");
  });
});
