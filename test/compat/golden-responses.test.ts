import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { formatDsQueryBody } from "grafana-plugin-protocol/compat";
import { encodeFrame } from "grafana-plugin-protocol/frames";
import {
  DataFrameFormat,
  type DataResponseSchema,
  QueryDataResponseSchema,
} from "grafana-plugin-protocol/v2";
import type { Description } from "../frames/describe.ts";
import { frameOfDescription } from "../frames/time-series/frame-of-description.ts";

interface WireForm {
  readonly responses: Readonly<Record<string, WireResponse>>;
  readonly body: string;
}

interface WireResponse {
  readonly error: string;
  readonly status: number;
  readonly errorSource: string;
  readonly format: "ARROW" | "JSON";
  readonly frames: readonly (Description | string)[];
}

const folder = join(import.meta.dirname, "..", "golden", "frames", "responses");
const files = readdirSync(folder).filter((file) => file.endsWith(".case.json"));

test("the responses that Go wrote are there", () => {
  assert.ok(files.length > 15, `expected more than 15 cases in ${folder}, got ${files.length}`);
});

for (const file of files) {
  const { wire } = JSON.parse(readFileSync(join(folder, file), "utf8")) as {
    readonly wire: Readonly<Record<string, WireForm>>;
  };
  for (const [format, { responses, body }] of Object.entries(wire)) {
    test(`the body of /api/ds/query is Go's, byte for byte: ${file.replace(/\.case\.json$/, "")}, ${format}`, async () => {
      const entries = await Promise.all(Object.entries(responses).map(readEntry));
      const answer = create(QueryDataResponseSchema, { responses: Object.fromEntries(entries) });

      const written = await formatDsQueryBody(answer);

      assert.equal(written.body, body);
      assert.equal(written.status, Object.values(responses).every(isFine) ? 200 : 400);
    });
  }
}

async function readEntry([refId, response]: readonly [string, WireResponse]): Promise<
  readonly [string, MessageInitShape<typeof DataResponseSchema>]
> {
  const frames = await Promise.all(
    response.frames.map((frame) =>
      typeof frame === "string" ? new TextEncoder().encode(frame) : encodeFrame(frameOfDescription(frame)),
    ),
  );
  return [refId, { ...response, frames, format: DataFrameFormat[response.format] }];
}

function isFine({ error }: WireResponse): boolean {
  return error === "";
}
