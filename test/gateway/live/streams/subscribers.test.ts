/** What each subscriber gets first, and in whose name its plugin is asked. */
import assert from "node:assert/strict";
import { suite, test } from "node:test";
import type {
  PublishStreamRequest,
  RunStreamRequest,
  SubscribeStreamRequest,
} from "grafana-plugin-protocol/v2";
import { until } from "../../../helpers/until.ts";
import { connectCentrifuge, connectRaw, watch } from "../live-clients.ts";
import { createLiveSource, jsonPacket } from "../live-source.ts";
import { startLive } from "../start-live.ts";
import { readEvents } from "./read-events.ts";

const ok = { status: 0 } as const;

suite("a subscriber that comes later", () => {
  const schema = { fields: [{ name: "v", type: "number" }] };

  test("gets the last schema first, because packets that follow have data alone", async (t) => {
    const source = createLiveSource();
    const { url } = await startLive(t, { stream: source.stream });
    const client = connectCentrifuge(t, url);
    const early = await watch(client, "1/ds/m1/x");
    source.send(
      { schema: { fields: [] }, data: { values: [] } },
      { schema, data: { values: [[1]] } },
      { data: { values: [[2]] } },
    );
    await until("they came", () => early.packets.length === 3);
    const late = await watch(connectCentrifuge(t, url), "1/ds/m1/x");
    source.send({ data: { values: [[3]] } });
    await until("the next one came", () => late.packets.length === 1);

    assert.equal(early.initial(), undefined);
    assert.deepEqual(late.initial(), { schema });
    assert.deepEqual(late.packets, [{ data: { values: [[3]] } }]);
    assert.deepEqual((await readEvents(url, 2))[1], `data: ${JSON.stringify({ schema })}`);
  });

  test("gets what the plugin gives it instead, if it gives something", async (t) => {
    const source = createLiveSource();
    let subscribers = 0;
    const { url } = await startLive(t, {
      stream: {
        ...source.stream,
        subscribeStream: () => ({ ...ok, ...jsonPacket({ subscriber: ++subscribers }) }),
      },
    });
    const client = connectCentrifuge(t, url);
    const first = await watch(client, "1/ds/m1/x");
    source.send({ schema, data: { values: [[1]] } });
    await until("it came", () => first.packets.length === 1);
    const second = await watch(connectCentrifuge(t, url), "1/ds/m1/x");

    assert.deepEqual([first.initial(), second.initial()], [{ subscriber: 1 }, { subscriber: 2 }]);
    assert.equal(source.runs(), 1);
  });
});

test("each subscriber is asked for with its own data and user, and the stream runs for the first one", async (t) => {
  const source = createLiveSource();
  const asked: unknown[] = [];
  const note = (
    endpoint: string,
    request: PublishStreamRequest | RunStreamRequest | SubscribeStreamRequest,
  ): void => {
    const { path, data, headers, pluginContext } = request;
    const login = pluginContext?.user?.login;
    asked.push([endpoint, path, new TextDecoder().decode(data), login, pluginContext?.pluginId, headers]);
  };
  const { url } = await startLive(
    t,
    {
      stream: {
        subscribeStream: (request) => {
          note("subscribe", request);
          return ok;
        },
        async *runStream(request, context) {
          note("run", request);
          yield* source.stream.runStream?.(request, context) ?? [];
        },
        publishStream: (request) => {
          note("publish", request);
          return { status: 0, data: request.data };
        },
      },
    },
    { user: (header) => ({ login: header("x-user") ?? "nobody" }) },
  );
  for (const [index, login] of ["ada", "bob"].entries()) {
    const raw = await connectRaw(t, url, { headers: { "X-User": login, "X-Panel-Id": "7" } });
    raw.send({ id: 2, subscribe: { channel: "1/plugin/memory/a/b=c", data: { index, exact: 1.0 } } });
    await raw.answer(2);
    await until("it runs", () => source.runs() === 1);
    raw.send('{"id":3,"publish":{"channel":"1/plugin/memory/a/b=c","data":{"big":12345678901234567890}}}');
    await raw.answer(3);
  }
  await readEvents(url, 1, "plugin/memory/a/b=c?data=%7B%22q%22%3A1%7D");

  const headers = { "http_X-Panel-Id": "7" };
  assert.deepEqual(asked, [
    ["subscribe", "a/b=c", '{"index":0,"exact":1}', "ada", "memory", headers],
    ["run", "a/b=c", '{"index":0,"exact":1}', "ada", "memory", headers],
    ["publish", "a/b=c", '{"big":12345678901234567890}', "ada", "memory", headers],
    ["subscribe", "a/b=c", '{"index":1,"exact":1}', "bob", "memory", headers],
    ["publish", "a/b=c", '{"big":12345678901234567890}', "bob", "memory", headers],
    ["subscribe", "a/b=c", '{"q":1}', "nobody", "memory", {}],
  ]);
});
