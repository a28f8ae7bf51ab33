import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { inspect } from "node:util";
import { create } from "@bufbuild/protobuf";
import { type } from "arktype";
import { readAppSettings, readDataSourceSettings, type StandardSchema } from "grafana-plugin-protocol/sdk";
import {
  AppInstanceSettingsSchema,
  type DataSourceInstanceSettings,
  DataSourceInstanceSettingsSchema,
  QueryError,
} from "grafana-plugin-protocol/v2";
import * as v from "valibot";
import { z } from "zod";
import { jsonBytes } from "../../helpers/plugin-context.ts";
import { rejectionOf } from "../../helpers/rejection.ts";

const secret = "hunter2-hunter2";

function stored(jsonData: unknown, secrets: Record<string, string> = {}): DataSourceInstanceSettings {
  return create(DataSourceInstanceSettingsSchema, {
    id: 7n,
    uid: "u",
    name: "Sales",
    url: "http://db.example",
    lastUpdatedMS: 1_700_000_000_000n,
    jsonData: typeof jsonData === "object" && jsonData instanceof Uint8Array ? jsonData : jsonBytes(jsonData),
    decryptedSecureJsonData: secrets,
  });
}

/** What the error says, with its cause and everything that a log would have of it. */
async function refusal(read: () => unknown): Promise<{ readonly message: string; readonly all: string }> {
  const error = await rejectionOf((async () => await read())());
  assert.ok(error instanceof QueryError, String(error));
  assert.equal(error.status, 400);
  assert.equal(error.errorSource, "downstream");
  return { message: error.message, all: inspect(error, { depth: 10, showHidden: true }) };
}

suite("settings of a data source", () => {
  test("settings without schemas have the members that the host sends", () => {
    const settings = readDataSourceSettings(stored({ path: "/a" }, { token: secret }));

    assert.ok(!(settings instanceof Promise));
    assert.equal(settings.id, 7n);
    assert.equal(settings.name, "Sales");
    assert.deepEqual(settings.jsonData, { path: "/a" });
    assert.equal(settings.secureJsonData["token"], secret);
    assert.equal(settings.lastUpdated.toISOString(), "2023-11-14T22:13:20.000Z");
  });

  test("what a host stores stays beside what a schema makes of it", async () => {
    const message = stored({ path: "/a", timeout: 5 }, { token: secret, basicAuthPassword: secret });
    const settings = await readDataSourceSettings(message, { settings: z.object({ path: z.string() }) });

    assert.deepEqual(settings.jsonData, { path: "/a" });
    assert.deepEqual(settings.stored?.jsonData, { path: "/a", timeout: 5 });
    assert.equal(settings.stored?.secureJsonData["basicAuthPassword"], secret);
    assert.ok(!inspect(settings.stored, { depth: 10 }).includes("hunter"));
  });

  for (const [bytes, name] of [
    [new Uint8Array(), "nothing"],
    [jsonBytes("null"), "null"],
  ] as const) {
    test(`jsonData that is ${name} reads as an empty object`, () => {
      const settings = readDataSourceSettings(stored(bytes));

      assert.ok(!(settings instanceof Promise));
      assert.deepEqual(settings.jsonData, {});
    });
  }

  test("schemas of zod, valibot and arktype give their outputs, with defaults", async () => {
    const byZod = z.object({ path: z.string(), retries: z.number().default(3) });
    const byValibot = v.object({ path: v.string(), retries: v.optional(v.number(), 3) });
    const byArktype = type({ path: "string", retries: "number = 3" });

    for (const schema of [byZod, byValibot, byArktype]) {
      const settings = await readDataSourceSettings(stored({ path: "/a" }), { settings: schema });
      assert.deepEqual(settings.jsonData, { path: "/a", retries: 3 });
    }
  });

  test("a schema that validates later gives settings later", async () => {
    const schema = z.object({ path: z.string().refine(async (path) => path.startsWith("/")) });

    const settings = readDataSourceSettings(stored({ path: "/a" }), { settings: schema });
    const refused = await refusal(() => readDataSourceSettings(stored({ path: "a" }), { settings: schema }));

    assert.ok(settings instanceof Promise);
    assert.equal((await settings).jsonData.path, "/a");
    assert.match(refused.message, /^the settings of data source "Sales": jsonData\.path: /);
  });

  test("an error of the settings names the field and what was expected", async () => {
    const nested = z.object({ hosts: z.array(z.object({ "the port": z.number() })) });

    const missing = await refusal(() =>
      readDataSourceSettings(stored({}), { settings: v.object({ path: v.string() }) }),
    );
    const deep = await refusal(() =>
      readDataSourceSettings(stored({ hosts: [{ "the port": "x" }] }), { settings: nested }),
    );

    assert.match(missing.message, /jsonData\.path: .*/);
    assert.match(deep.message, /jsonData\.hosts\[0\]\["the port"\]: .*expected number/);
  });

  for (const [json, expected] of [
    ['{"path":', /expected JSON in jsonData, got 8 bytes that are not/],
    [`${secret}`, /expected JSON in jsonData/],
    ["[1]", /expected a JSON object in jsonData, got a list/],
    ['"text"', /expected a JSON object in jsonData, got a string/],
  ] as const) {
    test(`jsonData ${JSON.stringify(json)} is refused without its content`, async () => {
      const { message, all } = await refusal(() => readDataSourceSettings(stored(jsonBytes(json))));

      assert.match(message, expected);
      assert.ok(!all.includes(secret), all);
    });
  }
});

suite("secrets of a data source", () => {
  const schemas = {
    zod: z.object({ token: z.literal("other"), password: z.string().min(1) }),
    valibot: v.object({ token: v.literal("other"), password: v.pipe(v.string(), v.minLength(1)) }),
    arktype: type({ token: "'other'", password: "string > 0" }),
  };

  for (const [library, secrets] of Object.entries(schemas)) {
    test(`an error of the secrets by ${library} names each field and never a value`, async () => {
      const { message, all } = await refusal(() =>
        readDataSourceSettings(stored({}, { token: secret, other: secret }), { secrets }),
      );

      assert.match(message, /^the secrets of data source "Sales": /);
      assert.match(message, /token is not what its schema describes: set it again/);
      assert.match(message, /password is missing: set it/);
      assert.ok(!all.includes("hunter"), all);
    });
  }

  test("a secret that is empty is said to be", async () => {
    const { message } = await refusal(() =>
      readDataSourceSettings(stored({}, { token: "" }), { secrets: z.object({ token: z.string().min(1) }) }),
    );

    assert.match(message, /token is empty: set it$/);
  });

  test("a schema that throws a secret, now or later, does not show it", async () => {
    const throws = z.object({
      token: z.string().transform((token) => {
        throw new Error(`cannot read ${token}`);
      }),
    });
    const throwsLater: StandardSchema<unknown, { token: never }> = {
      "~standard": {
        version: 1,
        vendor: "test",
        validate: async (value) => {
          throw new Error(`cannot read ${JSON.stringify(value)}`);
        },
      },
    };

    for (const schema of [throws, throwsLater]) {
      const { message, all } = await refusal(() =>
        readDataSourceSettings(stored({}, { token: secret }), { secrets: schema }),
      );
      assert.match(message, /the schema threw while it read token/);
      assert.ok(!all.includes("hunter"), all);
    }
  });

  test("secrets are in no text that is made of settings", async () => {
    const schema = z.object({ token: z.string(), password: z.string() });
    const secrets = { token: secret, password: secret };
    const plain = await readDataSourceSettings(stored({ path: "/a" }, secrets));
    const typed = await readDataSourceSettings(stored({ path: "/a" }, secrets), { secrets: schema });
    const app = await readAppSettings(
      create(AppInstanceSettingsSchema, { decryptedSecureJsonData: secrets }),
      { secrets: schema },
    );

    for (const settings of [plain, typed, app]) {
      assert.equal(settings.secureJsonData["token"], secret);
      for (const shown of [settings, settings.secureJsonData, { settings }, [settings]]) {
        assert.ok(!inspect(shown, { depth: 10 }).includes("hunter"), inspect(shown, { depth: 10 }));
        assert.ok(
          !JSON.stringify(shown, (_, value) => (typeof value === "bigint" ? 0 : value)).includes("hunter"),
        );
      }
    }
  });
});
