import assert from "node:assert/strict";
import { suite, test } from "node:test";
import {
  createField,
  createFrame,
  decodeFrame,
  encodeFrame,
  type FieldConfig,
  type FieldOptions,
  FrameError,
  type FrameErrorCode,
  type FrameMeta,
  formatFrameJson,
} from "grafana-plugin-protocol/frames";

function frameWith(options: FieldOptions, meta?: FrameMeta) {
  return createFrame({ meta, fields: [createField("value", "float64", [1], options)] });
}

async function throughBoth(options: FieldOptions, meta?: FrameMeta) {
  const frame = frameWith(options, meta);
  const read = await Promise.all(
    (["arrow", "json"] as const).map(async (format) =>
      decodeFrame(await encodeFrame(frame, { format }), { format }),
    ),
  );
  return read.map((again) => ({
    meta: again.meta,
    config: again.fields[0]?.config,
    labels: again.fields[0]?.labels,
  }));
}

async function refuses(
  code: FrameErrorCode,
  message: RegExp,
  options: FieldOptions,
  meta?: FrameMeta,
): Promise<void> {
  const isRight = (error: unknown): boolean => {
    assert.ok(error instanceof FrameError);
    assert.equal(error.code, code);
    assert.match(error.message, message);
    return true;
  };
  await assert.rejects(encodeFrame(frameWith(options, meta)), isRight);
  assert.throws(() => formatFrameJson(frameWith(options, meta)), isRight);
}

test("metadata comes back in the frontend's spelling, from both encodings", async () => {
  const meta: FrameMeta = {
    type: "timeseries-wide",
    typeVersion: [0, 1],
    custom: { text: "1e-7 <b> \u2028", small: 1e-7, list: [null, { 10: "a", 9: "b" }] },
    notices: [{ severity: "warning", text: "slow", inspect: "stats" }],
    stats: [{ displayName: "rows", value: 3 }],
  };
  const config: FieldConfig = {
    decimals: 0,
    filterable: false,
    min: -5,
    thresholds: {
      mode: "absolute",
      steps: [{ value: Number.NEGATIVE_INFINITY, color: "green" }, { value: 1e-7 }],
    },
    mappings: [{ type: "special", options: { match: "null", result: { text: "none" } } }],
  };
  const labels = { b: "2", a: "<1>" };

  for (const read of await throughBoth({ config, labels }, meta))
    assert.deepEqual(read, { meta, config, labels });
});

test("what a Go host would refuse the whole response for is refused when it is written", async () => {
  const notice = { severity: "info", text: "" } as const;
  await refuses(
    "invalid_meta",
    /severity must be info, warning, error, got "bad"/,
    {},
    {
      notices: [{ ...notice, severity: "bad" as never }],
    },
  );
  await refuses(
    "invalid_meta",
    /inspect must be meta, error, data, stats/,
    {},
    {
      notices: [{ ...notice, inspect: "logs" as never }],
    },
  );
  await refuses("invalid_meta", /two whole numbers/, {}, { typeVersion: [0.5, 1] });
  await refuses("invalid_config", /decimals must be a whole number/, { config: { decimals: 1.5 } });
  await refuses("invalid_config", /mappings\[0\].type must be value, range, special/, {
    config: { mappings: [{ type: "regex", options: {} } as never] },
  });
  await refuses("invalid_labels", /label "a" must be a string, got number/, { labels: { a: 1 as never } });
});

test("metadata that is nested deeper than the stack is an error, not a crash", async () => {
  let custom: unknown = 1;
  for (let depth = 0; depth < 100_000; depth++) custom = [custom];
  await refuses("invalid_meta", /nested too deeply/, {}, { custom });
});

test("a null in a field that is not nullable is refused, as a value and in a column", () => {
  assert.throws(() => createField("n", "int8", [1, null], { nullable: false }), /row 1: expected a value/);
  const column = { length: 2, data: Int8Array.of(1, 2), validity: Uint8Array.of(0b01) };
  assert.throws(() => createField("n", "int8", column, { nullable: false }), /row 1: expected a value/);
});

suite("what JSON does not have is refused by its place, and nothing becomes null without a word", () => {
  const cycle: Record<string, unknown> = {};
  cycle["self"] = cycle;
  const values: Readonly<Record<string, unknown>> = {
    Infinity: Number.POSITIVE_INFINITY,
    NaN: Number.NaN,
    function: () => 1,
    symbol: Symbol("s"),
    bigint: 1n,
    Map: new Map([["a", 1]]),
    Set: new Set([1]),
    bytes: new Uint8Array(1),
    "an invalid date": new Date(Number.NaN),
    "a list with undefined": [undefined],
    "a list with a hole": new Array(1),
  };
  for (const [what, value] of Object.entries(values)) {
    test(what, async () => {
      await refuses(
        "invalid_config",
        /^config\.custom\.a\.b(\[0\])?: expected a value that JSON can hold, got/,
        { config: { custom: { a: { b: value } } } },
      );
      await refuses("invalid_config", /^config\.color\.b/, { config: { color: { b: value } } });
      await refuses("invalid_config", /^config\.links\[0\]\.internal\.b/, {
        config: { links: [{ internal: { b: value } }] },
      });
      await refuses("invalid_meta", /^meta\.custom\.b/, {}, { custom: { b: value } });
    });
  }

  test("what refers to itself", async () => {
    await refuses("invalid_config", /refers to itself/, { config: { custom: cycle } });
    await refuses("invalid_meta", /refers to itself/, {}, { custom: cycle });
  });

  test("undefined is absent, and a Date is its text", () => {
    const field = createField("a", "int8", [1], { config: { custom: { a: undefined, b: new Date(0) } } });

    const { schema } = JSON.parse(formatFrameJson(createFrame({ fields: [field] })));

    assert.deepEqual(schema.fields[0].config, { custom: { b: "1970-01-01T00:00:00.000Z" } });
  });
});
