/** The client of a live stream against a server that sends its events in every form, and breaks off. */
import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { createGatewayClient, GatewayError, type Reconnection } from "grafana-plugin-protocol/gateway/client";
import { refuseWith, serveStreams } from "./serve-streams.ts";

const channel = "ds/w1/clock/every second";
const fast = { minDelayMs: 1, maxDelayMs: 8 };

async function dataOf(packets: AsyncIterable<{ readonly data: unknown }>, count: number): Promise<unknown[]> {
  const seen: unknown[] = [];
  for await (const { data } of packets) {
    seen.push(data);
    if (seen.length === count) break;
  }
  return seen;
}

suite("packets", () => {
  test("come in order, whole, whatever the bytes are cut into", async (t) => {
    const { client, streams } = await serveStreams(t, async ({ send }) => {
      await send(": subscribed\n\n");
      await send('data: {"n":1}\n\n');
      await send(": ping\r\n\r\n");
      await send('data: {\r\ndata: "text": "Grüße, 世界 🌍"\r\ndata:}\r\n\r\n');
      await send("event: of another kind\ndata: nothing of ours\n\n");
      await send("data: [3]\r\rdata: null\n\n");
    });

    assert.deepEqual(await dataOf(client.live(channel), 4), [
      { n: 1 },
      { text: "Grüße, 世界 🌍" },
      [3],
      null,
    ]);
    assert.equal(streams.length, 1);
  });

  test("are asked for by channel and data, with the token in a header alone", async (t) => {
    const { client, streams } = await serveStreams(t, ({ send }) => send("data: 1\n\n"));

    await dataOf(client.live(channel, { data: { query: "a&b" } }), 1);

    const { url, headers } = streams[0]?.request ?? assert.fail();
    assert.equal(url, "/api/live/sse/ds/w1/clock/every%20second?data=%7B%22query%22%3A%22a%26b%22%7D");
    assert.equal(headers.authorization, "Bearer t0ken");
    assert.equal(headers.accept, "text/event-stream");
  });

  test("that are frames have the schema of the frame before", async (t) => {
    const { client } = await serveStreams(t, async ({ send }) => {
      await send('data: {"schema":{"fields":[{"name":"v","type":"number"}]},"data":{"values":[[1]]}}\n\n');
      await send('data: {"data":{"values":[[null]],"entities":[{"NaN":[0]}]}}\n\n');
      await send('data: "no frame"\n\n');
    });
    const frames: unknown[] = [];
    for await (const { frame, data } of client.live(channel)) {
      frames.push(frame?.fields.map(({ name, values }) => [name, values]));
      if (data === "no frame") break;
    }

    assert.deepEqual(frames, [[["v", [1]]], [["v", [Number.NaN]]], undefined]);
  });

  test("that are not JSON end the stream", async (t) => {
    const { client } = await serveStreams(t, ({ send }) => send("data: {oops\n\n"));

    await assert.rejects(
      dataOf(client.live(channel), 1),
      (error) => error instanceof GatewayError && error.code === "unexpected_answer",
    );
  });
});

suite("a stream that ends for good", () => {
  test("rejects with the reason of the gateway, and is not asked for again", async (t) => {
    const { client, streams } = await serveStreams(t, async ({ send, response }) => {
      await send('data: 1\n\nevent: end\ndata: {"code":403,"message":"the data source was removed"}\n\n');
      response.end();
    });

    await assert.rejects(dataOf(client.live(channel, fast), 9), {
      name: "GatewayError",
      code: "stream_ended",
      reason: 403,
      message: "the gateway ended the stream: the data source was removed",
    });
    assert.equal(streams.length, 1);
  });

  test("rejects where the gateway gives no reason, or one that is not JSON", async (t) => {
    for (const [data, message] of [
      ["{}", "the gateway ended the stream: no reason given"],
      ["out of order", "the gateway ended the stream: out of order"],
    ] as const) {
      const { client } = await serveStreams(t, ({ send }) => send(`event: end\ndata: ${data}\n\n`));

      await assert.rejects(dataOf(client.live(channel), 1), { code: "stream_ended", message });
    }
  });

  test("is one that is refused: nothing is tried again", async (t) => {
    const { client, streams } = await serveStreams(
      t,
      refuseWith(
        404,
        { message: "no such stream", messageId: "live.notFound" },
        { "grafana-trace-id": "ab12" },
      ),
    );

    await assert.rejects(dataOf(client.live(channel, fast), 1), {
      code: "refused",
      status: 404,
      messageId: "live.notFound",
      traceId: "ab12",
      message: "the gateway answered with 404: no such stream",
    });
    assert.equal(streams.length, 1);
  });

  test("is one that never stood, whatever the reason", async (t) => {
    const { client, streams } = await serveStreams(t, refuseWith(503, { message: "busy" }));

    await assert.rejects(dataOf(client.live(channel, fast), 1), { code: "refused", status: 503 });
    assert.equal(streams.length, 1);
  });

  test("is the page of something else than a gateway", async (t) => {
    const { client } = await serveStreams(t, ({ response }) => {
      response.writeHead(200, { "content-type": "text/html" });
      response.end("<!doctype html>");
    });

    await assert.rejects(dataOf(client.live(channel, fast), 1), {
      code: "unexpected_answer",
      message: /expected text\/event-stream, got text\/html/,
    });
  });
});

suite("a lost connection", () => {
  test("is made again, whether it broke or ended, and says so", async (t) => {
    const { client, streams } = await serveStreams(
      t,
      async ({ send, response }) => {
        await send('data: 1\n\ndata: {"never": "ende');
        response.destroy();
      },
      async ({ send, response }) => {
        await send("data: 2\n\n");
        response.end();
      },
      refuseWith(502, { message: "the gateway starts" }),
      ({ send }) => send("data: 3\n\n"),
    );
    const told: Reconnection[] = [];

    const seen = await dataOf(
      client.live(channel, { ...fast, onReconnect: (reconnection) => told.push(reconnection) }),
      3,
    );

    assert.deepEqual(seen, [1, 2, 3]);
    assert.equal(streams.length, 4);
    assert.deepEqual(
      told.map(({ attempt, error }) => [attempt, error.code, error.status]),
      [
        [1, "broken_off", 200],
        [1, "broken_off", 200],
        [2, "refused", 502],
      ],
    );
  });

  test("is one that the gateway ended because it closes, or because the client was slow", async (t) => {
    const { client } = await serveStreams(
      t,
      ({ send }) => send('data: 1\n\nevent: end\ndata: {"code":3001,"message":"shutdown"}\n\n'),
      ({ send }) => send('event: end\ndata: {"code":3008,"message":"slow"}\n\n'),
      ({ send }) => send('data: 2\n\nevent: end\ndata: {"code":3507,"message":"permission denied"}\n\n'),
    );
    const told: unknown[] = [];
    const packets = client.live(channel, {
      minDelayMs: 1,
      onReconnect: ({ attempt, error }) => told.push([attempt, error.code, error.reason]),
    });

    assert.deepEqual(await packets.next(), { done: false, value: { data: 1, frame: undefined } });
    assert.deepEqual(await packets.next(), { done: false, value: { data: 2, frame: undefined } });
    await assert.rejects(packets.next(), { code: "stream_ended", reason: 3507 });
    assert.deepEqual(told, [
      [1, "stream_ended", 3001],
      [2, "stream_ended", 3008],
    ]);
  });

  test("is tried again after delays that double, up to the longest", async (t) => {
    const { client } = await serveStreams(
      t,
      ({ send, response }) => send(": subscribed\n\n").then(() => response.end()),
      refuseWith(500, {}),
    );
    const delays: number[] = [];

    await assert.rejects(
      dataOf(
        client.live(channel, {
          minDelayMs: 2,
          maxDelayMs: 9,
          maxAttempts: 5,
          onReconnect: ({ delayMs }) => delays.push(delayMs),
        }),
        1,
      ),
      { code: "refused", status: 500 },
    );

    assert.equal(delays.length, 5);
    for (const [index, delayMs] of delays.entries()) {
      const most = Math.min(2 * 2 ** index, 9);
      assert.ok(delayMs >= Math.min(2 ** index, 9) && delayMs <= most, `delay ${index + 1}: ${delayMs}`);
    }
  });

  test("is tried again when the server asks for it, and not before", async (t) => {
    const { client } = await serveStreams(
      t,
      ({ send, response }) => send("retry: 40\ndata: 1\n\n").then(() => response.end()),
      refuseWith(503, { message: "busy" }, { "retry-after": "1" }),
      ({ send }) => send("data: 2\n\n"),
    );
    const delays: number[] = [];

    const seen = await dataOf(
      client.live(channel, { ...fast, maxDelayMs: 100, onReconnect: ({ delayMs }) => delays.push(delayMs) }),
      2,
    );

    assert.deepEqual(seen, [1, 2]);
    const [ofStream = 0, ofRefusal] = delays;
    assert.ok(ofStream >= 20 && ofStream <= 40, `${ofStream} ms`);
    assert.equal(ofRefusal, 1000);
  });

  test("that is refused when it is tried again ends the stream", async (t) => {
    const { client, streams } = await serveStreams(
      t,
      ({ send, response }) => send("data: 1\n\n").then(() => response.end()),
      refuseWith(403, { message: "denied" }),
    );

    await assert.rejects(dataOf(client.live(channel, fast), 2), { code: "refused", status: 403 });
    assert.equal(streams.length, 2);
  });

  test("is one on which nothing comes any more", async (t) => {
    const { client, streams } = await serveStreams(
      t,
      ({ send }) => send(": subscribed\n\n"),
      ({ send }) => send("data: 1\n\n"),
    );
    const told: string[] = [];

    const seen = await dataOf(
      client.live(channel, {
        ...fast,
        silenceMs: 100,
        onReconnect: ({ error }) => told.push(`${error.code}: ${error.message}`),
      }),
      1,
    );

    assert.deepEqual(seen, [1]);
    assert.equal(told[0], "broken_off: expected a sign of life, nothing came for 100 ms");
    await streams[0]?.closed;
  });

  test("gets a new token", async (t) => {
    const { url, streams } = await serveStreams(
      t,
      ({ send, response }) => send("data: 1\n\n").then(() => response.end()),
      ({ send }) => send("data: 2\n\n"),
    );
    let asked = 0;
    const client = createGatewayClient({ url, token: async () => `token-${++asked}` });

    await dataOf(client.live(channel, fast), 2);

    assert.deepEqual(
      streams.map(({ request }) => request.headers.authorization),
      ["Bearer token-1", "Bearer token-2"],
    );
  });
});

suite("a subscription ends", () => {
  test("when the loop is left", async (t) => {
    const { client, streams } = await serveStreams(t, ({ send }) => send("data: 1\n\n"));

    await dataOf(client.live(channel), 1);

    await streams[0]?.closed;
    assert.equal(streams.length, 1);
  });

  test("when it is left while the next packet is waited for", async (t) => {
    const { client, streams } = await serveStreams(t, ({ send }) => send("data: 1\n\n"));
    const packets = client.live(channel);
    await packets.next();
    const pending = packets.next();

    const left = await packets.return?.();

    assert.deepEqual(
      [left, await pending, await packets.next()],
      Array(3).fill({ done: true, value: undefined }),
    );
    await streams[0]?.closed;
  });

  test("when its signal is aborted, with the reason", async (t) => {
    const { client, streams } = await serveStreams(t, ({ send }) => send("data: 1\n\n"));
    const controller = new AbortController();
    const reason = new Error("the panel was closed");
    const packets = client.live(channel, { signal: controller.signal });
    await packets.next();
    const pending = packets.next();

    controller.abort(reason);

    await assert.rejects(pending, reason);
    await streams[0]?.closed;
    assert.deepEqual(await packets.next(), { done: true, value: undefined });
  });

  test("when its signal is aborted between two connections", async (t) => {
    const { client, streams } = await serveStreams(t, ({ send, response }) =>
      send("data: 1\n\n").then(() => response.end()),
    );
    const controller = new AbortController();
    const reason = new Error("the panel was closed");

    await assert.rejects(
      dataOf(
        client.live(channel, {
          signal: controller.signal,
          minDelayMs: 60_000,
          maxDelayMs: 60_000,
          onReconnect: () => controller.abort(reason),
        }),
        2,
      ),
      reason,
    );
    assert.equal(streams.length, 1);
  });

  test("before it begins when its signal is aborted already", async (t) => {
    const { client, streams } = await serveStreams(t, ({ send }) => send("data: 1\n\n"));
    const reason = new Error("too late");

    await assert.rejects(dataOf(client.live(channel, { signal: AbortSignal.abort(reason) }), 1), reason);
    assert.equal(streams.length, 0);
  });

  test("before it begins when nothing was asked for", async (t) => {
    const { client, streams } = await serveStreams(t, ({ send }) => send("data: 1\n\n"));

    await client.live(channel).return?.();

    assert.equal(streams.length, 0);
  });
});

test("a channel without three parts is refused", () => {
  const client = createGatewayClient({ url: "http://127.0.0.1:1" });

  for (const wrong of ["", "ds", "ds/uid", "ds//path", "ds/uid/../up", "ds/uid/", "/ds/uid/path"]) {
    assert.throws(
      () => client.live(wrong),
      { code: "invalid_option", message: /expected a channel like/ },
      wrong,
    );
  }
});
