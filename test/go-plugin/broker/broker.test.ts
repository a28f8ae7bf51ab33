import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { Code, createClient } from "@connectrpc/connect";
import {
  type Broker,
  type BrokerMessage,
  type BrokerSide,
  createBroker,
  createBrokerService,
  createIdleBrokerService,
  runBrokerStream,
} from "grafana-plugin-protocol/go-plugin";
import { implementService } from "grafana-plugin-protocol/transport";
import { Diagnostics } from "grafana-plugin-protocol/v2";
import { GRPCBroker } from "../../../gen/es/go-plugin/plugin/grpc_broker_pb.js";
import { PluginError } from "../../../src/errors.ts";
import { connectNodeTransport } from "../../../src/transport/connect-node/connect-node-transport.ts";
import { atEnd } from "../../helpers/at-end.ts";
import { connectedPair, freshAddress, wideLimits } from "../../helpers/connected-pair.ts";
import { privateTmp } from "../../helpers/private-tmp.ts";
import { rejectsWithConnectError, rejectsWithPluginError } from "../../helpers/rejection.ts";
import { until } from "../../helpers/until.ts";

const theEnd = new PluginError("closed", "the test is over");

/** A broker with real sockets in a directory of its own. */
async function broker(
  t: TestContext,
  maxPending?: number,
): Promise<{ end: BrokerSide; sockets: () => string[] }> {
  const { path } = await privateTmp(t);
  let count = 0;
  const end = createBroker(
    {
      listen: (services) =>
        connectNodeTransport.listen({
          ...wideLimits,
          services,
          address: { network: "unix", path: join(path, `broker${count++}`) },
        }),
      dial: (address, signal) => connectNodeTransport.dial({ ...wideLimits, address, signal }),
    },
    { maxPending },
  );
  atEnd(t, () => end.close(theEnd));
  return { end, sockets: () => readdirSync(path).filter((name) => name.startsWith("broker")) };
}

/** A host's and a plugin's broker with the stream between them. */
async function brokers(t: TestContext): Promise<{ host: BrokerSide; plugin: BrokerSide; leave: () => void }> {
  const { end: plugin } = await broker(t);
  const { end: host } = await broker(t);
  const { connection } = await connectedPair(t, [implementService(GRPCBroker, createBrokerService(plugin))]);
  const leave = new AbortController();
  const ended = runBrokerStream(host, createClient(GRPCBroker, connection.transport), leave.signal);
  atEnd(t, async () => {
    leave.abort();
    await ended;
  });
  return { host, plugin, leave: () => leave.abort() };
}

const greeter = (name: string) => [implementService(Diagnostics, { checkHealth: () => ({ message: name }) })];

async function greeting(side: Broker, id: number): Promise<string> {
  using connection = await side.dial(id);
  const { message } = await createClient(Diagnostics, connection.transport).checkHealth({});
  return message;
}

/** What the side sends until `count` messages have come. */
async function sent(end: BrokerSide, count: number): Promise<BrokerMessage[]> {
  const messages: BrokerMessage[] = [];
  for await (const message of end.outgoing(new AbortController().signal)) {
    messages.push(message);
    if (messages.length === count) break;
  }
  return messages;
}

test("ids count from 1, on each side for itself", async (t) => {
  const { host, plugin } = await brokers(t);

  assert.deepEqual([host.broker.nextId(), host.broker.nextId(), plugin.broker.nextId()], [1, 2, 1]);
});

test("each side dials what the other serves, also under the same id", async (t) => {
  const { host, plugin } = await brokers(t);
  await using _host = await host.broker.acceptAndServe(1, greeter("host"));
  await using _plugin = await plugin.broker.acceptAndServe(1, greeter("plugin"));

  assert.equal(await greeting(plugin.broker, 1), "host");
  assert.equal(await greeting(host.broker, 1), "plugin");
});

test("a dial may come before the accept", async (t) => {
  const { host, plugin } = await brokers(t);
  const dialled = greeting(plugin.broker, 7);

  await using _server = await host.broker.acceptAndServe(7, greeter("host"));

  assert.equal(await dialled, "host");
});

test("a connection takes any number of calls, an accept one dial", async (t) => {
  const { host, plugin } = await brokers(t);
  await using _server = await host.broker.acceptAndServe(7, greeter("host"));
  using connection = await plugin.broker.dial(7);
  const client = createClient(Diagnostics, connection.transport);

  await client.checkHealth({});
  await client.checkHealth({});

  await rejectsWithPluginError(plugin.broker.dial(7, { timeoutMs: 50 }), "dial_failed");
});

test("a closed server is gone, with its socket", async (t) => {
  const { end, sockets } = await broker(t);
  const messages = sent(end, 1);
  const server = await end.broker.acceptAndServe(1, greeter("host"));
  assert.equal(sockets().length, 1);

  await server.close();
  await server.close();

  assert.deepEqual(sockets(), []);
  assert.equal((await messages)[0]?.serviceId, 1);
});

test("the end of a broker ends its servers, its connections and what waits", async (t) => {
  const { host, plugin } = await brokers(t);
  await host.broker.acceptAndServe(1, greeter("host"));
  const connection = await plugin.broker.dial(1);
  const waiting = plugin.broker.dial(2);
  const reason = new PluginError("closed", "enough");

  await Promise.all([
    plugin.close(reason),
    rejectsWithPluginError(waiting, "closed").then((error) => assert.equal(error, reason)),
  ]);

  const call = createClient(Diagnostics, connection.transport).checkHealth({});
  await rejectsWithConnectError(call, Code.Unavailable);
  await rejectsWithPluginError(plugin.broker.dial(3), "closed");
  await rejectsWithPluginError(plugin.broker.acceptAndServe(3, []), "closed");
});

test("a dial says that nobody accepts", async (t) => {
  const { plugin } = await brokers(t);

  const error = await rejectsWithPluginError(plugin.broker.dial(7, { timeoutMs: 10 }), "dial_failed");

  assert.match(
    error.message,
    /no address for brokered connection 7 within 10 ms: the other side has to accept/,
  );
});

test("an accept says that there is no stream to announce it on", async (t) => {
  const { end, sockets } = await broker(t);

  const error = await rejectsWithPluginError(
    end.broker.acceptAndServe(7, greeter("host"), { timeoutMs: 10 }),
    "listen_failed",
  );

  assert.match(error.message, /connection 7 could not be announced within 10 ms: the host has not opened/);
  assert.deepEqual(sockets(), [], "and leaves nothing");
});

test("a signal ends a dial and an accept, before and while they wait", async (t) => {
  const { end, sockets } = await broker(t);
  const controller = new AbortController();
  const { signal } = controller;
  const waiting = [
    end.broker.dial(7, { signal }),
    end.broker.acceptAndServe(8, greeter("host"), { signal }),
  ].map((promise) => rejectsWithPluginError(promise, "aborted"));

  controller.abort(new Error("enough"));

  for (const error of await Promise.all(waiting)) assert.equal(String(error.cause), "Error: enough");
  await rejectsWithPluginError(end.broker.dial(7, { signal }), "aborted");
  await rejectsWithPluginError(end.broker.acceptAndServe(8, greeter("host"), { signal }), "aborted");
  assert.deepEqual(sockets(), []);
});

test("a dial says what it could not reach, and why", async (t) => {
  const { end } = await broker(t);
  const { path } = await privateTmp(t);
  for (const [network, address, expected] of [
    ["unix", join(path, "nobody"), /cannot reach brokered connection 7 at unix .*nobody: .*ENOENT/],
    ["tcp", "127.0.0.1:1", /cannot reach brokered connection 7 at tcp 127\.0\.0\.1:1: /],
    ["tcp", "no-port", /expected the other side to announce .* got "tcp" "no-port"/],
    ["udp", "127.0.0.1:1", /expected the other side to announce .* got "udp"/],
    ["unix", "", /expected the other side to announce .* got "unix" ""/],
  ] as const) {
    end.receive({ serviceId: 7, network, address });

    const error = await rejectsWithPluginError(end.broker.dial(7), "dial_failed");

    assert.match(error.message, expected);
  }
});

test("an id is an unsigned 32-bit number", async (t) => {
  const { end } = await broker(t);

  for (const id of [-1, 0.5, 2 ** 32, Number.NaN]) {
    await rejectsWithPluginError(end.broker.dial(id), "invalid_option");
    await rejectsWithPluginError(end.broker.acceptAndServe(id, []), "invalid_option");
  }
});

test("announcements that nobody dials are bounded, the oldest go", async (t) => {
  const { end } = await broker(t, 2);
  const address = await freshAddress(t);
  const server = await connectNodeTransport.listen({
    ...wideLimits,
    address,
    services: greeter("other side"),
  });
  atEnd(t, () => server.close());
  const text = address.network === "unix" ? address.path : "";
  for (const serviceId of [1, 2, 3]) end.receive({ serviceId, network: "unix", address: text });

  await rejectsWithPluginError(end.broker.dial(1, { timeoutMs: 10 }), "dial_failed");
  assert.equal(await greeting(end.broker, 2), "other side");
  assert.equal(await greeting(end.broker, 3), "other side");
});

test("of a long announcement little is kept, and its dial fails with a short text", async (t) => {
  const { host } = await brokers(t);
  const address = "/".repeat(100_000);

  for (const network of ["unix", "tcp", "\u001b".repeat(100_000)]) {
    host.receive({ serviceId: 7, network, address });
    const error = await rejectsWithPluginError(host.broker.dial(7), "dial_failed");

    assert.match(
      error.message,
      /^expected the other side to announce a unix path or a tcp address with a port/,
    );
    assert.ok(error.message.length < 1000, String(error.message.length));
  }
});

test("dials that wait are bounded, and one id has one", async (t) => {
  const { end } = await broker(t, 2);
  const waiting = [1, 2].map((id) => rejectsWithPluginError(end.broker.dial(id), "closed"));

  assert.match((await rejectsWithPluginError(end.broker.dial(1), "dial_failed")).message, /dialled already/);
  assert.match(
    (await rejectsWithPluginError(end.broker.dial(3), "dial_failed")).message,
    /2 brokered dials wait/,
  );

  await end.close(theEnd);
  await Promise.all(waiting);
});

test("answers that no stream takes are bounded, the oldest go", async (t) => {
  const { end } = await broker(t, 2);

  for (const serviceId of [1, 2, 3]) {
    end.receive({ serviceId, network: "", address: "", knock: { knock: true, ack: false, error: "" } });
  }

  assert.deepEqual(
    (await sent(end, 2)).map(({ serviceId }) => serviceId),
    [2, 3],
  );
});

test("a knock is answered with a refusal: there is no multiplexing", async (t) => {
  const { end } = await broker(t);

  end.receive({ serviceId: 7, network: "", address: "", knock: { knock: true, ack: false, error: "" } });

  const [answer] = await sent(end, 1);
  assert.deepEqual(answer, {
    serviceId: 7,
    network: "",
    address: "",
    knock: { knock: true, ack: true, error: "this side does not multiplex its broker" },
  });
});

test("a host that comes later gets what the plugin announces, and leaves it to the one before", async (t) => {
  const { end: plugin } = await broker(t);
  const { connection } = await connectedPair(t, [implementService(GRPCBroker, createBrokerService(plugin))]);
  const attach = async (): Promise<{ seen: number[]; leave: AbortController }> => {
    const leave = new AbortController();
    const seen: number[] = [];
    const end: BrokerSide = {
      ...(await broker(t)).end,
      receive: ({ serviceId }) => seen.push(serviceId),
    };
    void runBrokerStream(end, createClient(GRPCBroker, connection.transport), leave.signal);
    atEnd(t, () => leave.abort());
    return { seen, leave };
  };
  const first = await attach();
  await using _one = await plugin.broker.acceptAndServe(1, []);
  await until("the first host has it", () => first.seen.includes(1));
  const second = await attach();
  let id = 2;
  await until("the second host gets one", async () => {
    await (await plugin.broker.acceptAndServe(id++, [])).close();
    return second.seen.length > 0;
  });

  second.leave.abort();

  const before = first.seen.length;
  await until("the first gets the next", async () => {
    await (await plugin.broker.acceptAndServe(id++, [])).close();
    return first.seen.length > before;
  });
});

test("the host's broker says that the plugin has none", async (t) => {
  const { end } = await broker(t);
  const { connection } = await connectedPair(t, []);

  await runBrokerStream(end, createClient(GRPCBroker, connection.transport), new AbortController().signal);

  const error = await rejectsWithPluginError(end.broker.dial(1), "closed");
  assert.match(error.message, /the plugin has no broker: it has to serve go-plugin's plugin\.GRPCBroker/);
});

test("the plugin's stream ends when the host leaves", async (t) => {
  const { plugin, leave } = await brokers(t);
  await using _server = await plugin.broker.acceptAndServe(1, []);

  leave();

  await until("nothing can be announced", () =>
    plugin.broker.acceptAndServe(2, [], { timeoutMs: 20 }).then(
      async (server) => {
        await server.close();
        return false;
      },
      () => true,
    ),
  );
});

test("an idle broker's stream is open and empty until the host leaves it", async (t) => {
  const { connection } = await connectedPair(t, [implementService(GRPCBroker, createIdleBrokerService())]);
  const controller = new AbortController();
  async function* requests(): AsyncGenerator<{ serviceId: number }> {
    yield { serviceId: 1 };
    await new Promise<never>(() => {});
  }
  const answers = createClient(GRPCBroker, connection.transport)
    .startStream(requests(), { signal: controller.signal })
    [Symbol.asyncIterator]();
  const next = answers.next();

  controller.abort();

  await rejectsWithConnectError(next, Code.Canceled);
});
