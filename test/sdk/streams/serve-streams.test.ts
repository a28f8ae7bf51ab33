import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { Code } from "grafana-plugin-protocol";
import { createField, createFrame, type Frame } from "grafana-plugin-protocol/frames";
import { createInstances, serveStreams } from "grafana-plugin-protocol/sdk";
import { createInMemoryPlugin } from "grafana-plugin-protocol/testing";
import {
  PublishStreamResponse_Status as PublishStatus,
  SubscribeStreamResponse_Status as SubscribeStatus,
  v2,
} from "grafana-plugin-protocol/v2";
import { z } from "zod";
import { dataSourceContext, jsonBytes } from "../../helpers/plugin-context.ts";
import { rejectionOf, rejectsWithConnectError } from "../../helpers/rejection.ts";

const price = (value: number, labels = {}): Frame =>
  createFrame({ fields: [createField("price", "float64", [value], { nullable: false, labels })] });

const parse = (data: Uint8Array): unknown =>
  data.length === 0 ? undefined : JSON.parse(new TextDecoder().decode(data));

function pluginOf(stream: ReturnType<typeof serveStreams>) {
  return createInMemoryPlugin(v2, { stream }, { onLog: () => {} }).stream;
}

/** The packets of a stream that ends, parsed. */
async function packetsOf(
  stream: ReturnType<typeof pluginOf>,
  path: string,
  data: unknown = undefined,
): Promise<unknown[]> {
  const packets: unknown[] = [];
  const request = {
    path,
    pluginContext: dataSourceContext(),
    ...(data !== undefined && { data: jsonBytes(data) }),
  };
  for await (const packet of stream.runStream(request)) packets.push(parse(packet.data));
  return packets;
}

suite("running a stream", () => {
  test("frames are sent with their schema once, and again when it changes", async () => {
    const stream = pluginOf(
      serveStreams({
        prices: {
          async *run() {
            yield price(1);
            yield price(2);
            yield price(3, { unit: "EUR" });
            yield price(4, { unit: "EUR" });
            yield price(5);
          },
        },
        always: {
          schema: "always",
          async *run() {
            yield price(1);
            yield price(2);
          },
        },
      }),
    );

    const parts = (packets: readonly unknown[]) =>
      packets.map((packet) => Object.keys(packet as object).join());
    const packets = await packetsOf(stream, "prices");
    assert.deepEqual(parts(packets), ["schema,data", "data", "schema,data", "data", "schema,data"]);
    assert.deepEqual(packets[1], { data: { values: [[2]] } });
    assert.deepEqual(parts(await packetsOf(stream, "always")), ["schema,data", "schema,data"]);
  });

  test("JSON values and bytes are sent as they are, between frames too", async () => {
    const stream = pluginOf(
      serveStreams({
        mixed: {
          *run() {
            yield { n: 1 };
            yield price(1);
            yield [1, "two", null];
            yield jsonBytes('{"raw": true}');
            yield price(2);
            yield "text";
          },
        },
      }),
    );

    const packets = await packetsOf(stream, "mixed");

    assert.deepEqual(packets[0], { n: 1 });
    assert.deepEqual(packets.slice(2), [
      [1, "two", null],
      { raw: true },
      { data: { values: [[2]] } },
      "text",
    ]);
  });

  test("a stream receives the parts of its path, its data and its instance", async () => {
    const instances = createInstances({ create: ({ settings }) => settings.name });
    const stream = pluginOf(
      serveStreams(
        {
          "prices/:symbol": {
            data: z.object({ unit: z.string() }),
            async *run({ path, params, data }, { instance }) {
              yield { path, symbol: params.symbol, unit: data.unit, instance };
            },
          },
          "logs/*": {
            async *run({ params, data }) {
              yield { rest: params["*"], hasData: data !== undefined };
            },
          },
        },
        { instances },
      ),
    );

    assert.deepEqual(await packetsOf(stream, "prices/ACME", { unit: "EUR" }), [
      { path: "prices/ACME", symbol: "ACME", unit: "EUR", instance: "Sales" },
    ]);
    assert.deepEqual(await packetsOf(stream, "logs/a/b/c"), [{ rest: "a/b/c", hasData: false }]);
    const wrong = await rejectsWithConnectError(packetsOf(stream, "prices/ACME", { unit: 1 }), Code.Unknown);
    assert.match(wrong.rawMessage, /the data of stream prices\/ACME: data\.unit: /);
    const broken = await rejectsWithConnectError(packetsOf(stream, "prices/ACME", "{"), Code.Unknown);
    assert.match(broken.rawMessage, /the data of stream prices\/ACME: expected JSON, got 1 bytes/);
  });

  test("a generator that ends ends the stream, and one that throws fails it, for the host to run it again", async () => {
    const stream = pluginOf(
      serveStreams({
        ends: { async *run() {} },
        throws: {
          async *run() {
            yield price(1);
            throw new Error("the feed broke off");
          },
        },
        undefined: {
          async *run() {
            yield undefined;
          },
        },
        frames: { run: () => [[price(1), price(2)]] as never },
        bigint: { run: () => [{ id: 1n }] as never },
        promise: { run: (async () => undefined) as never },
        text: { run: (() => "text") as never },
      }),
    );

    assert.deepEqual(await packetsOf(stream, "ends"), []);
    for (const [path, message] of [
      ["throws", /the feed broke off/],
      ["undefined", /stream "undefined": expected a frame, a JSON value or bytes, got undefined/],
      ["frames", /stream "frames": .*, got a list with a frame: give each frame on its own/],
      ["bigint", /stream "bigint": .*, got what JSON cannot hold: .* BigInt: a bigint can be a text/],
      ["promise", /stream "promise": expected run to return what can be iterated, .* got undefined/],
      ["text", /stream "text": expected run to return what can be iterated, .* got a string/],
      ["none", /no stream has the path "none"/],
    ] as const) {
      const failed = await rejectsWithConnectError(packetsOf(stream, path), Code.Unknown);
      assert.match(failed.rawMessage, message);
    }
  });

  test("a stream ends when the host cancels it, also while its generator waits, and then its instance is released", async () => {
    const disposed: string[] = [];
    const gate = Promise.withResolvers<void>();
    const instances = createInstances({ create: () => "feed", dispose: (name) => disposed.push(name) });
    let hasCleanedUp = false;
    const stream = pluginOf(
      serveStreams(
        {
          deaf: {
            async *run() {
              try {
                yield price(1);
                await gate.promise;
                yield price(2);
              } finally {
                hasCleanedUp = true;
              }
            },
          },
        },
        { instances },
      ),
    );
    const controller = new AbortController();

    const packets = stream
      .runStream({ path: "deaf", pluginContext: dataSourceContext() }, { signal: controller.signal })
      [Symbol.asyncIterator]();
    await packets.next();
    const next = rejectionOf(packets.next());
    controller.abort();
    assert.ok((await next) instanceof Error);
    const closing = instances.close();
    assert.deepEqual(disposed, []);
    gate.resolve();
    await closing;

    assert.equal(hasCleanedUp, true);
    assert.deepEqual(disposed, ["feed"]);
  });

  test("the stream of a path where users only publish sends nothing until it is cancelled", async () => {
    const stream = pluginOf(serveStreams({ chat: { publish: ({ data }) => ({ data }) } }));
    const controller = new AbortController();

    const packets = stream.runStream({ path: "chat" }, { signal: controller.signal })[Symbol.asyncIterator]();
    const next = rejectionOf(packets.next());
    controller.abort();

    assert.ok((await next) instanceof Error);
  });
});

suite("subscribing to a stream", () => {
  const run = async function* () {
    yield price(1);
  };

  test("subscribe decides who may, and gives the initial data", async () => {
    const stream = pluginOf(
      serveStreams({
        open: { run },
        empty: { run, subscribe: () => undefined },
        frame: { run, subscribe: async () => ({ initial: price(7) }) },
        json: { run, subscribe: () => ({ initial: { n: 1 } }) },
        "by/:user": {
          run,
          subscribe: ({ params }) => ({
            status: params.user === "ada" ? "ok" : "permissionDenied",
            initial: 1,
          }),
        },
        gone: { run, subscribe: () => ({ status: "notFound" }) },
      }),
    );
    const subscribe = async (path: string) => {
      const { status, data } = await stream.subscribeStream({ path });
      return [status, parse(data)];
    };

    assert.deepEqual(await subscribe("open"), [SubscribeStatus.OK, undefined]);
    assert.deepEqual(await subscribe("empty"), [SubscribeStatus.OK, undefined]);
    const [, initial] = await subscribe("frame");
    assert.deepEqual((initial as { data: unknown }).data, { values: [[7]] });
    assert.deepEqual(await subscribe("json"), [SubscribeStatus.OK, { n: 1 }]);
    assert.deepEqual(await subscribe("by/ada"), [SubscribeStatus.OK, 1]);
    assert.deepEqual(await subscribe("by/bob"), [SubscribeStatus.PERMISSION_DENIED, undefined]);
    assert.deepEqual(await subscribe("gone"), [SubscribeStatus.NOT_FOUND, undefined]);
    assert.deepEqual(await subscribe("other"), [SubscribeStatus.NOT_FOUND, undefined]);
  });

  test("a late subscriber receives the schema that the running stream has sent", async () => {
    const gate = Promise.withResolvers<void>();
    const stream = pluginOf(
      serveStreams({
        prices: {
          async *run() {
            yield price(1);
            await gate.promise;
          },
        },
      }),
    );
    const subscribe = async (init = {}) => {
      const { data } = await stream.subscribeStream({
        path: "prices",
        pluginContext: dataSourceContext(init),
      });
      return parse(data);
    };

    assert.equal(await subscribe(), undefined);
    const packets = stream
      .runStream({ path: "prices", pluginContext: dataSourceContext() })
      [Symbol.asyncIterator]();
    await packets.next();
    const schema = (await subscribe()) as { schema: { fields: { name: string }[] }; data?: unknown };
    assert.equal(schema.schema.fields[0]?.name, "price");
    assert.equal(schema.data, undefined);
    assert.equal(await subscribe({ orgId: 2n }), undefined);
    assert.equal(await subscribe({ id: 2n }), undefined);
    gate.resolve();
    assert.equal((await packets.next()).done, true);

    assert.equal(await subscribe(), undefined);
  });

  test("a status that does not exist fails the call", async () => {
    const stream = pluginOf(serveStreams({ a: { run, subscribe: () => ({ status: "fine" }) as never } }));

    const failed = await rejectsWithConnectError(stream.subscribeStream({ path: "a" }), Code.Unknown);

    assert.match(failed.rawMessage, /expected the status "ok", "notFound" or "permissionDenied", got "fine"/);
  });
});

test("publish takes what users publish, and says what all receive", async () => {
  const stream = pluginOf(
    serveStreams({
      "chat/:room": { publish: ({ params, data }) => ({ data: { room: params.room, said: data } }) },
      frames: { publish: async () => ({ data: price(1) }) },
      silent: { publish: () => undefined },
      denied: { publish: () => ({ status: "permissionDenied" }) },
      read: { async *run() {} },
    }),
  );
  const publish = async (path: string) => {
    const { status, data } = await stream.publishStream({ path, data: jsonBytes("hello world".split(" ")) });
    return [status, parse(data)];
  };

  assert.deepEqual(await publish("chat/a"), [PublishStatus.OK, { room: "a", said: ["hello", "world"] }]);
  assert.deepEqual(((await publish("frames"))[1] as { data: unknown }).data, { values: [[1]] });
  assert.deepEqual(await publish("silent"), [PublishStatus.OK, undefined]);
  assert.deepEqual(await publish("denied"), [PublishStatus.PERMISSION_DENIED, undefined]);
  assert.deepEqual(await publish("read"), [PublishStatus.PERMISSION_DENIED, undefined]);
  assert.deepEqual(await publish("other"), [PublishStatus.NOT_FOUND, undefined]);
});

test("routes of streams that are wrong are refused", () => {
  const run = async function* () {};
  for (const [routes, expected] of [
    [undefined, /streams must be an object of routes/],
    [{ a: run }, /streams\["a"\] must be an object such as/],
    [{ a: {} }, /streams\["a"\] must have run or publish/],
    [{ a: { run: 1 } }, /streams\["a"\]\.run must be a function/],
    [{ "/a": { run } }, /the pattern "\/a" must have no empty segment/],
    [{ "a/*/b": { run } }, /the pattern "a\/\*\/b" must have \* as its last segment/],
    [{ "a/:": { run } }, /must have a name after each colon/],
    [{ ":a/:a": { run } }, /must have each name once/],
    [{ "a/:b": { run }, "a/:c": { run } }, /the patterns "a\/:b" and "a\/:c" match the same paths/],
  ] as const) {
    assert.throws(() => serveStreams(routes as never), expected);
  }
});

for (const answer of [false, null, "permissionDenied", [], { status: "constructor" }, { status: false }]) {
  test(`an answer that is no answer allows nothing: ${JSON.stringify(answer)}`, async () => {
    const give = () => answer as never;
    const stream = pluginOf(serveStreams({ chat: { subscribe: give, publish: give } }));

    const subscribing = stream.subscribeStream({ path: "chat" });
    const publishing = stream.publishStream({ path: "chat" });

    for (const call of [subscribing, publishing]) {
      const { rawMessage } = await rejectsWithConnectError(call, Code.Unknown);
      assert.match(rawMessage, /^stream "chat": expected /);
    }
  });
}
