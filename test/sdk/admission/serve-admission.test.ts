import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { Code } from "grafana-plugin-protocol";
import { type AdmissionInput, serveAdmission } from "grafana-plugin-protocol/sdk";
import { createInMemoryPlugin } from "grafana-plugin-protocol/testing";
import {
  type DataSourceInstanceSettings,
  DataSourceInstanceSettingsSchema,
  AdmissionRequest_Operation as Operation,
  v2,
} from "grafana-plugin-protocol/v2";
import { jsonBytes } from "../../helpers/plugin-context.ts";
import { rejectsWithConnectError } from "../../helpers/rejection.ts";

const pluginOf = (admission: ReturnType<typeof serveAdmission>) =>
  createInMemoryPlugin(v2, { admission }, { onLog: () => {} }).admission;

const kind = { group: "example", version: "v1", kind: "Widget" };
const parse = (bytes: Uint8Array): unknown => JSON.parse(new TextDecoder().decode(bytes));

suite("admission", () => {
  test("validate receives the parsed objects and answers whether they may be stored", async () => {
    const seen: AdmissionInput[] = [];
    const admission = pluginOf(
      serveAdmission({
        validate: (input) => {
          seen.push(input);
          const { size = 0 } = (input.object ?? {}) as { readonly size?: number };
          if (size === 0) return { warnings: ["no size"] };
          return size > 9 ? { refused: { message: "too large", reason: "Invalid", code: 422 } } : undefined;
        },
      }),
    );

    const small = await admission.validateAdmission({
      operation: Operation.UPDATE,
      kind,
      objectBytes: jsonBytes({ size: 1 }),
      oldObjectBytes: jsonBytes({ size: 2 }),
    });
    const large = await admission.validateAdmission({ kind, objectBytes: jsonBytes({ size: 10 }) });
    const deleted = await admission.validateAdmission({
      operation: Operation.DELETE,
      oldObjectBytes: jsonBytes({}),
    });

    assert.deepEqual(seen[0], { operation: "update", kind, object: { size: 1 }, oldObject: { size: 2 } });
    assert.deepEqual([small.allowed, small.result, small.warnings], [true, undefined, []]);
    assert.equal(large.allowed, false);
    const { status, message, reason, code } = large.result ?? {};
    assert.deepEqual([status, message, reason, code], ["Failure", "too large", "Invalid", 422]);
    assert.deepEqual([deleted.allowed, deleted.warnings], [true, ["no size"]]);
    assert.deepEqual(seen[2], {
      operation: "delete",
      kind: { group: "", version: "", kind: "" },
      object: undefined,
      oldObject: {},
    });
  });

  test("mutate gives the object to store, and the same one if it returns nothing", async () => {
    const admission = pluginOf(
      serveAdmission({
        mutate: async ({ object }) => {
          const { name } = object as { readonly name?: string };
          if (name === "bad") return { refused: { message: "no" }, object: { ignored: true } };
          return name === undefined ? { object: { name: "default" } } : undefined;
        },
      }),
    );

    const changed = await admission.mutateAdmission({ kind, objectBytes: jsonBytes({}) });
    const same = await admission.mutateAdmission({ kind, objectBytes: jsonBytes('{ "name": "x" }') });
    const refused = await admission.mutateAdmission({ kind, objectBytes: jsonBytes({ name: "bad" }) });

    assert.deepEqual([changed.allowed, parse(changed.objectBytes)], [true, { name: "default" }]);
    assert.equal(new TextDecoder().decode(same.objectBytes), '{ "name": "x" }');
    assert.deepEqual([refused.allowed, refused.result?.code, refused.objectBytes.length], [false, 400, 0]);
    await rejectsWithConnectError(admission.validateAdmission({}), Code.Unimplemented);
  });

  test("settings of a data source come and go as their message", async () => {
    const admission = pluginOf(
      serveAdmission({
        mutate: ({ object }) => {
          const settings = object as DataSourceInstanceSettings;
          return { object: { ...settings, url: settings.url.replace("http:", "https:") } };
        },
      }),
    );
    const settings = create(DataSourceInstanceSettingsSchema, {
      id: 7n,
      url: "http://db.example",
      decryptedSecureJsonData: { token: "t" },
    });

    const { objectBytes } = await admission.mutateAdmission({
      kind: { group: "grafana-plugin-sdk-go", version: "", kind: "DataSourceInstanceSettings" },
      objectBytes: toBinary(DataSourceInstanceSettingsSchema, settings),
    });

    assert.deepEqual(fromBinary(DataSourceInstanceSettingsSchema, objectBytes), {
      ...settings,
      url: "https://db.example",
    });
  });

  test("an object that is not JSON, or not a message, fails the call without its content", async () => {
    const admission = pluginOf(serveAdmission({ validate: () => undefined }));
    const settingsKind = { group: "grafana-plugin-sdk-go", kind: "AppInstanceSettings" };

    const json = await rejectsWithConnectError(
      admission.validateAdmission({ kind, objectBytes: jsonBytes("hunter2") }),
      Code.Unknown,
    );
    const message = await rejectsWithConnectError(
      admission.validateAdmission({ kind: settingsKind, oldObjectBytes: jsonBytes("hunter2") }),
      Code.Unknown,
    );

    assert.match(json.rawMessage, /expected JSON as the object, got 7 bytes/);
    assert.match(message.rawMessage, /expected a message pluginv2\.AppInstanceSettings as the old object/);
    assert.ok(![json, message].some(({ rawMessage }) => rawMessage.includes("hunter")));
  });
});

for (const answer of [false, null, "refused", [], { allowed: false }]) {
  test(`an answer that is no answer allows nothing: ${JSON.stringify(answer)}`, async () => {
    const give = () => answer as never;
    const admission = pluginOf(serveAdmission({ validate: give, mutate: give }));

    for (const call of [admission.validateAdmission({ kind }), admission.mutateAdmission({ kind })]) {
      const { rawMessage } = await rejectsWithConnectError(call, Code.Unknown);
      assert.match(rawMessage, /^admission\.(validate|mutate): expected /);
    }
  });
}
