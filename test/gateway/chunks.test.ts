/** Answers in lines of JSON: when they are written, and what becomes of a plugin that breaks off or has no chunks. */
import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { Code, ConnectError } from "@connectrpc/connect";
import { createField, createFrame, encodeFrame } from "grafana-plugin-protocol/frames";
import { answerQueries } from "grafana-plugin-protocol/v2";
import { until } from "../helpers/until.ts";
import { startInMemory } from "./in-memory-gateway.ts";
import { range } from "./start-gateway.ts";

const path = "/apis/memory.datasource.grafana.app/v0alpha1/namespaces/default/datasources/m1/query";
const headers = { Accept: "application/json, text/jsonl" };
const body = { ...range, queries: [{ refId: "A" }, { refId: "B" }] };
const frame = createFrame({ name: "f", fields: [createField("v", "float64", [1, 2])] });
const bytes = await encodeFrame(frame);
const chunk = { refId: "A", frameId: "f1", status: 200, frame: bytes };
const lineOf = (text: string): unknown => JSON.parse(text);

suite("a line", () => {
  test("is written as soon as its chunk is there", async (t) => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const { url } = await startInMemory(t, {
      data: {
        async *queryChunkedData() {
          yield chunk;
          await promise;
          yield { ...chunk, refId: "B" };
        },
      },
    });
    const response = await fetch(url + path, { method: "POST", body: JSON.stringify(body), headers });
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    assert.ok(reader !== undefined);

    const first = await reader.read();
    // The second chunk is not made before the first line was read.
    resolve();
    const second = await reader.read();
    const end = await reader.read();

    assert.deepEqual(lineOf(first.value ?? ""), {
      refId: "A",
      frameId: "f1",
      frame: {
        schema: {
          name: "f",
          refId: "A",
          fields: [{ name: "v", type: "number", typeInfo: { frame: "float64" } }],
        },
        data: { values: [[1, 2]] },
      },
    });
    assert.equal((lineOf(second.value ?? "") as { refId: string }).refId, "B");
    assert.equal(end.done, true);
  });

  test("is not made before the client takes the ones before", async (t) => {
    let made = 0;
    let isEnded = false;
    const large = await encodeFrame(
      createFrame({ fields: [createField("v", "string", ["x".repeat(256 << 10)])] }),
    );
    const { url } = await startInMemory(t, {
      data: {
        async *queryChunkedData() {
          try {
            for (;;) {
              made++;
              yield { ...chunk, frame: large };
            }
          } finally {
            isEnded = true;
          }
        },
      },
    });
    const client = new AbortController();
    const response = await fetch(url + path, {
      method: "POST",
      body: JSON.stringify(body),
      headers,
      signal: client.signal,
    });
    assert.equal(response.status, 200);
    // Sockets, the client and Connect hold some; then nothing more is made.
    let before = -1;
    await until("no more is made", () => {
      const isStill = made === before;
      before = made;
      return isStill;
    });
    client.abort();

    await until("the handler has ended", () => isEnded);
    assert.ok(made < 500, `${made} chunks of 256 KiB`);
  });

  test("says what happened when the plugin breaks off, for each query", async (t) => {
    const { ask } = await startInMemory(t, {
      data: {
        async *queryChunkedData() {
          yield chunk;
          throw new ConnectError("the disk is full", Code.Unknown);
        },
      },
    });
    const { status, text } = await ask(path, body, { headers });

    assert.equal(status, 200);
    assert.deepEqual(text.trimEnd().split("\n").slice(1).map(lineOf), [
      { refId: "A", error: "the disk is full", errorSource: "plugin" },
      { refId: "B", error: "the disk is full", errorSource: "plugin" },
    ]);
  });
});

test("a plugin that fails before its first line is a status of its own", async (t) => {
  const { ask } = await startInMemory(t, {
    data: {
      // biome-ignore lint/correctness/useYield: it fails before
      async *queryChunkedData() {
        throw new ConnectError("no", Code.ResourceExhausted);
      },
    },
  });
  const { status, json } = await ask(path, body, { headers });

  assert.deepEqual([status, json.kind, json.code], [500, "Status", 500]);
});

suite("a plugin without chunks is asked by QueryData", () => {
  const queryData: Parameters<typeof startInMemory>[1] = {
    data: { queryData: (request) => answerQueries(request, () => [frame, frame]) },
  };
  for (const [name, impl] of [
    ["when it says so", queryData],
    [
      "when it panics, as one of the Go SDK does",
      {
        data: {
          ...queryData.data,
          // biome-ignore lint/correctness/useYield: it fails before
          async *queryChunkedData() {
            throw new ConnectError(
              "panic triggered: runtime error: invalid memory address or nil pointer dereference",
              Code.Unknown,
            );
          },
        },
      },
    ],
  ] as const) {
    test(name, async (t) => {
      const { ask } = await startInMemory(t, impl);
      const { status, text } = await ask(path, body, { headers });

      assert.equal(status, 200);
      assert.deepEqual(
        text
          .trimEnd()
          .split("\n")
          .map((line) => {
            const { refId, frameId } = lineOf(line) as { refId: string; frameId: string };
            return [refId, frameId];
          }),
        [
          ["A", "0"],
          ["A", "1"],
          ["B", "0"],
          ["B", "1"],
        ],
      );
    });
  }
});
