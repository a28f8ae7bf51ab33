import assert from "node:assert/strict";
import { test } from "node:test";
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
      decodeFrame(await encodeFrame(frame, { format }), format),
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
