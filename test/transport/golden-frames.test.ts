import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { createClient } from "@connectrpc/connect";
import { Data, DataFrameFormat } from "grafana-plugin-protocol/v2";
import { implementService } from "../../src/transport/socket-transport.ts";
import { connectedPair } from "../helpers/connected-pair.ts";

const corpus = join(import.meta.dirname, "..", "golden", "frames", "corpus");

/** Every frame that Go wrote, by its file's name. */
function goldenFrames(suffix: string): ReadonlyMap<string, Uint8Array> {
  const names = readdirSync(corpus).filter((name) => name.endsWith(suffix));
  return new Map(names.map((name) => [name, new Uint8Array(readFileSync(join(corpus, name)))]));
}

for (const [format, suffix] of [
  [DataFrameFormat.ARROW, ".arrow"],
  [DataFrameFormat.JSON, ".frame.json"],
] as const) {
  const frames = goldenFrames(suffix);

  test(`${frames.size} golden frames (${suffix}) cross the wire unchanged, in one answer and as chunks`, async (t) => {
    const service = implementService(Data, {
      queryData: () => ({ responses: { A: { status: 200, frames: [...frames.values()], format } } }),
      async *queryChunkedData() {
        for (const [frameId, frame] of frames) yield { refId: "A", frameId, frame, status: 200, format };
      },
    });
    const { connection } = await connectedPair(t, [service]);
    const client = createClient(Data, connection.transport);

    const { responses } = await client.queryData({ queries: [{ refId: "A" }] });
    const chunks = new Map<string, Uint8Array>();
    for await (const { frameId, frame } of client.queryChunkedData({})) chunks.set(frameId, frame);

    assert.ok(frames.size > 150);
    assert.equal(responses["A"]?.format, format);
    assert.deepEqual(responses["A"]?.frames, [...frames.values()]);
    assert.deepEqual(chunks, frames);
  });
}
