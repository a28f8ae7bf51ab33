/** Live streams of a gateway, followed by the client. */
import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { createField, createFrame, formatFrameJson } from "grafana-plugin-protocol/frames";
import { createGatewayClient, type LivePacket } from "grafana-plugin-protocol/gateway/client";
import {
  PublishStreamResponse_Status as Publish,
  SubscribeStreamResponse_Status as Subscribe,
} from "grafana-plugin-protocol/v2";
import { until } from "../../helpers/until.ts";
import { startInMemory } from "../in-memory-gateway.ts";
import { startGateway } from "../start-gateway.ts";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const frame = createFrame({ name: "f", fields: [createField("v", "float64", [1, Number.NaN])] });

async function first(packets: AsyncIterable<LivePacket>, count: number): Promise<LivePacket[]> {
  const seen: LivePacket[] = [];
  for await (const packet of packets) {
    seen.push(packet);
    if (seen.length === count) break;
  }
  return seen;
}

test("the frames of a plugin that runs come one by one, and leaving ends the subscription", async (t) => {
  const { url, ask } = await startGateway(t);

  const packets = await first(createGatewayClient({ url }).live("ds/w1/replay/seattle"), 3);

  assert.deepEqual(
    packets.map(({ frame }) =>
      frame?.fields.map(({ name, labels, values }) => [name, labels, values.length]),
    ),
    Array(3).fill([
      ["time", undefined, 1],
      ["temp_max", { location: "Seattle" }, 1],
    ]),
  );
  await until("nobody is subscribed", async () => (await ask("/api/live/list")).json.channels.length === 0);
});

suite("a stream of a plugin", () => {
  test("begins with its first data, and gets the data of the client", async (t) => {
    const asked: string[] = [];
    const { url } = await startInMemory(t, {
      stream: {
        subscribeStream: ({ path, data }) => {
          asked.push(path, new TextDecoder().decode(data));
          return { status: Subscribe.OK, data: bytes(formatFrameJson(frame)) };
        },
        async *runStream(_, { signal }) {
          yield { data: bytes('{"data":{"values":[[2,3]]}}') };
          await new Promise((resolve) => signal.addEventListener("abort", resolve));
        },
      },
    });

    const packets = await first(createGatewayClient({ url }).live("ds/m1/a/b-c", { data: { of: "ä" } }), 2);

    assert.deepEqual(
      packets.map(({ frame }) => [frame?.name, frame?.fields[0]?.values]),
      [
        ["f", [1, Number.NaN]],
        ["f", [2, 3]],
      ],
    );
    assert.deepEqual(asked, ["a/b-c", '{"of":"ä"}']);
  });

  test("that it refuses, or that is not there, rejects with the status", async (t) => {
    const { url } = await startInMemory(t, {
      stream: {
        subscribeStream: ({ path }) => ({
          status: path === "missing" ? Subscribe.NOT_FOUND : Subscribe.PERMISSION_DENIED,
        }),
      },
    });
    const client = createGatewayClient({ url });

    for (const [channel, status] of [
      ["ds/m1/missing", 404],
      ["ds/m1/secret", 403],
      ["ds/none/x", 404],
    ] as const) {
      await assert.rejects(first(client.live(channel), 1), { code: "refused", status }, channel);
    }
  });

  test("whose data source is removed ends with the reason", async (t) => {
    const { url, gateway } = await startInMemory(t, {
      stream: {
        subscribeStream: () => ({ status: Subscribe.OK }),
        async *runStream(_, { signal }) {
          yield { data: bytes("1") };
          await new Promise((resolve) => signal.addEventListener("abort", resolve));
        },
      },
    });
    const packets = createGatewayClient({ url }).live("ds/m1/x");
    await packets.next();

    gateway.setDataSources([]);

    await assert.rejects(packets.next(), {
      code: "stream_ended",
      message: /^the gateway ended the stream: ./,
    });
  });

  test("is followed again when the gateway closes, which ends it with 503", async (t) => {
    const gateway = await startInMemory(t, {
      stream: {
        subscribeStream: () => ({ status: Subscribe.OK }),
        async *runStream(_, { signal }) {
          yield { data: bytes("1") };
          await new Promise((resolve) => signal.addEventListener("abort", resolve));
        },
      },
    });
    const told: unknown[] = [];
    const packets = createGatewayClient({ url: gateway.url }).live("ds/m1/x", {
      minDelayMs: 1,
      maxDelayMs: 1,
      maxAttempts: 1,
      onReconnect: ({ attempt, error }) => told.push([attempt, error.code, error.reason]),
    });
    await packets.next();

    await Promise.all([gateway.close(), assert.rejects(packets.next(), { name: "GatewayError" })]);

    assert.deepEqual(told, [[1, "stream_ended", 503]]);
  });

  test("gets what is published, if the plugin takes it", async (t) => {
    const { url } = await startInMemory(t, {
      stream: {
        subscribeStream: () => ({ status: Subscribe.OK }),
        async *runStream(_, { signal }) {
          yield { data: bytes('"stands"') };
          await new Promise((resolve) => signal.addEventListener("abort", resolve));
        },
        publishStream: ({ path, data }) =>
          path === "open"
            ? { status: Publish.OK, data }
            : { status: path === "missing" ? Publish.NOT_FOUND : Publish.PERMISSION_DENIED },
      },
    });
    const client = createGatewayClient({ url });
    const packets = client.live("ds/m1/open");
    await packets.next();

    await client.publish("ds/m1/open", { text: "hello" });

    assert.deepEqual((await packets.next()).value, { data: { text: "hello" }, frame: undefined });
    await assert.rejects(client.publish("ds/m1/shut", 1), { code: "refused", status: 403 });
    await assert.rejects(client.publish("ds/m1/missing", 1), { code: "refused", status: 404 });
    await packets.return?.();
  });
});
