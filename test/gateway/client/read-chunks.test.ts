/** Answers in lines of JSON, read by the client: cut anywhere, broken off, left early. */
import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { Code, ConnectError } from "@connectrpc/connect";
import { createField, createFrame, encodeFrame } from "grafana-plugin-protocol/frames";
import { createGatewayClient, type GatewayChunk } from "grafana-plugin-protocol/gateway/client";
import { QueryError } from "grafana-plugin-protocol/v2";
import { until } from "../../helpers/until.ts";
import { startInMemory } from "../in-memory-gateway.ts";
import { range } from "../start-gateway.ts";
import { type ServedStream, serveStreams } from "./serve-streams.ts";

const request = { ...range, dataSource: { uid: "m1", type: "memory" }, queries: [{ refId: "A" }] };
const frame = createFrame({ name: "f", fields: [createField("v", "float64", [1, Number.NaN])] });
const chunk = { refId: "A", frameId: "f1", status: 200, frame: await encodeFrame(frame) };

async function all(chunks: AsyncIterable<GatewayChunk>): Promise<GatewayChunk[]> {
  const seen: GatewayChunk[] = [];
  for await (const each of chunks) seen.push(each);
  return seen;
}

function lines(text: string): (stream: ServedStream) => Promise<void> {
  return async ({ response, send }) => {
    response.writeHead(200, { "content-type": "text/jsonl" });
    await send(text);
    response.end();
  };
}

suite("of a gateway", () => {
  test("come with their frames, or the error of their query", async (t) => {
    const { url } = await startInMemory(t, {
      data: {
        async *queryChunkedData() {
          yield chunk;
          yield { ...chunk, refId: "B" };
          throw new QueryError("the disk is full", { errorSource: "downstream" });
        },
      },
    });

    const seen = await all(createGatewayClient({ url }).chunks(request));

    assert.deepEqual(
      seen.map(({ refId, frameId, frame, error }) => [
        refId,
        frameId,
        frame?.fields[0]?.values,
        error?.message,
      ]),
      [
        ["A", "f1", [1, Number.NaN], undefined],
        ["B", "f1", [1, Number.NaN], undefined],
        ["A", undefined, undefined, "the disk is full"],
      ],
    );
  });

  test("are asked for by uid alone, too", async (t) => {
    const { url } = await startInMemory(t, {
      data: {
        async *queryChunkedData() {
          yield chunk;
        },
      },
    });
    const client = createGatewayClient({ url });

    const [first] = await all(client.chunks({ ...request, dataSource: { uid: "m1" } }));
    const unknown = all(client.chunks({ ...request, dataSource: { uid: "none" } }));

    assert.equal(first?.frame?.name, "f");
    await assert.rejects(unknown, { code: "refused", status: 404, message: /Data source not found/ });
  });

  test("are refused as a whole when the plugin fails before the first one", async (t) => {
    const { url } = await startInMemory(t, {
      data: {
        // biome-ignore lint/correctness/useYield: it fails before
        async *queryChunkedData() {
          throw new ConnectError("no", Code.ResourceExhausted);
        },
      },
    });

    await assert.rejects(all(createGatewayClient({ url }).chunks(request)), {
      code: "refused",
      status: 500,
      traceId: /^[0-9a-f]{32}$/,
    });
  });

  for (const [how, leave] of [
    ["a loop that is left", (chunks: AsyncIterableIterator<GatewayChunk>) => chunks.return?.()],
    ["an aborted signal", (_: unknown, controller: AbortController) => controller.abort(new Error("enough"))],
  ] as const) {
    test(`are made no more after ${how}`, async (t) => {
      let isEnded = false;
      let made = 0;
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
      const controller = new AbortController();
      const chunks = createGatewayClient({ url }).chunks(request, { signal: controller.signal });
      await chunks.next();
      // Without a reader only what sockets hold is made.
      let before = -1;
      await until("no more is made", () => {
        const isStill = made === before;
        before = made;
        return isStill;
      });

      await leave(chunks, controller);

      await until("the handler has ended", () => isEnded);
      assert.ok(made < 500, `${made} chunks of 256 KiB`);
    });
  }
});

suite("of any server", () => {
  const rows = (values: string): string =>
    `{"refId":"A","frameId":"1","frame":{"data":{"values":[${values}]}}}`;
  const schema = `"schema":{"name":"f","fields":[{"name":"v","type":"number"}]}`;
  const whole = `{"refId":"A","frameId":"1","frame":{${schema},"data":{"values":[[1]]}}}`;

  test("have the schema of the chunk before with the same ids", async (t) => {
    const other = whole.replace('"1"', '"2"').replace('"v"', '"w"');
    const { client, streams } = await serveStreams(t, lines(`${[whole, other, rows("[2]"), ""].join("\n")}`));

    const seen = await all(client.chunks(request));

    assert.deepEqual(
      seen.map(({ frameId, frame }) => [frameId, frame?.fields[0]?.name, frame?.fields[0]?.values]),
      [
        ["1", "v", [1]],
        ["2", "w", [1]],
        ["1", "v", [2]],
      ],
    );
    assert.equal(streams[0]?.request.headers.accept, "text/jsonl");
  });

  for (const [what, text, expected] of [
    ["that end within a line", `${whole}\n${whole.slice(0, 30)}`, { code: "broken_off" }],
    ["that are no JSON", "oops\n", { code: "unexpected_answer", message: /expected a chunk in each line/ }],
    ["without a frame", '{"refId":"A"}\n', { code: "unexpected_answer", message: /without a frame/ }],
    ["whose schema never came", `${rows("[2]")}\n`, { code: "unexpected_answer" }],
    ["whose columns do not fit", `${whole}\n${rows("[1],[2]")}\n`, { code: "unexpected_answer" }],
  ] as const) {
    test(`${what} are an error`, async (t) => {
      const { client } = await serveStreams(t, lines(text));

      await assert.rejects(all(client.chunks(request)), { name: "GatewayError", ...expected });
    });
  }

  test("whose connection breaks are an error", async (t) => {
    const { client } = await serveStreams(t, async ({ response, send }) => {
      response.writeHead(200, { "content-type": "text/jsonl" });
      await send(`${whole}\n`);
      response.destroy();
    });
    const chunks = client.chunks(request);

    assert.equal((await chunks.next()).done, false);
    await assert.rejects(chunks.next(), { code: "broken_off", status: 200 });
  });

  test("that are answered as a whole are an error", async (t) => {
    const { client } = await serveStreams(t, ({ response }) => {
      response.writeHead(200, { "content-type": "application/json" });
      response.end('{"results":{}}');
    });

    await assert.rejects(all(client.chunks(request)), {
      code: "unexpected_answer",
      message: /expected text\/jsonl, got application\/json/,
    });
  });
});
