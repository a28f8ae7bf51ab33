import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { Code, ConnectError, createClient, type Interceptor } from "@connectrpc/connect";
import type { CallGuard } from "../../src/transport/call-guard.ts";
import { implementService } from "../../src/transport/socket-transport.ts";
import { TestService } from "../conformance/gen/grpc/testing/test_pb.js";
import { atEnd } from "../helpers/at-end.ts";
import { freshAddress, wideLimits } from "../helpers/connected-pair.ts";
import {
  type BuildOptions,
  begun,
  body,
  call,
  guardedPair,
  guardPair,
  readOn,
  request,
  setups,
  type World,
} from "../helpers/guarded-pair.ts";
import { rejectsWithConnectError } from "../helpers/rejection.ts";
import { until } from "../helpers/until.ts";
import { withEnoughTime } from "../helpers/with-enough-time.ts";

function ends(how: string): readonly string[] {
  return ["outer begins", "inner begins", `inner ends: ${how}`, `outer ends: ${how}`];
}

const cleansUp = ends("OK").toSpliced(2, 0, "handler has cleaned up");
const refused = ["outer begins", "inner begins", "outer ends: ResourceExhausted"];

const enough = new ConnectError("enough", Code.Aborted);

interface Scene {
  readonly what: string;
  readonly options?: BuildOptions;
  /** @param ms as {@link deadlineMs}, and longer when that was not enough */
  readonly act: (world: World, ms: number) => Promise<unknown>;
  /** A deadline before whose end the handler has to begin. Default: the scene has none. */
  readonly deadlineMs?: number;
  readonly caller: readonly string[];
  readonly handler: readonly string[];
}

const cancels = (controller: AbortController) => ({ signal: controller.signal });

const scenes: readonly Scene[] = [
  {
    what: "a unary call that succeeds",
    act: ({ client }) => client.unaryCall({}),
    caller: ends("OK"),
    handler: ends("OK"),
  },
  {
    what: "a stream that is read to its end",
    act: async (world) => assert.equal(await readOn(await begun(world, "")), 2),
    caller: ends("OK"),
    handler: ends("OK"),
  },
  {
    what: "a unary call whose handler throws",
    act: ({ client }) => rejectsWithConnectError(client.unaryCall(request("fail")), Code.FailedPrecondition),
    caller: ends("FailedPrecondition"),
    handler: ends("FailedPrecondition"),
  },
  {
    what: "a stream whose handler throws",
    act: async (world) =>
      rejectsWithConnectError(readOn(await begun(world, "fail")), Code.FailedPrecondition),
    caller: ends("FailedPrecondition"),
    handler: ends("FailedPrecondition"),
  },
  ...["a unary call", "a stream"].flatMap((kind): Scene[] => {
    const refusal = new ConnectError("too many", Code.ResourceExhausted);
    const act = ({ client }: World) => rejectsWithConnectError(call(client, kind), Code.ResourceExhausted);
    return [
      {
        what: `${kind} that the second guard of the caller refuses`,
        options: { caller: { refusal } },
        act,
        caller: refused,
        handler: [],
      },
      {
        what: `${kind} that the second guard of the handler refuses`,
        options: { handler: { refusal } },
        act,
        caller: ends("ResourceExhausted"),
        handler: refused,
      },
    ];
  }),
  {
    what: "a unary call that a guard of the caller cancels",
    act: async ({ client, caller, handler }) => {
      const answer = rejectsWithConnectError(client.unaryCall(request("wait")), Code.Aborted);
      await until("the handler runs", () => handler.calls.length === 1);
      caller.calls[0]?.cancel(enough);
      caller.calls[0]?.cancel(enough);
      await answer;
    },
    caller: ends("Aborted"),
    handler: ends("Error: gone"),
  },
  {
    what: "a stream that a guard of the caller cancels while messages wait",
    act: async (world) => {
      const answers = await begun(world, "wait");
      for (let turn = 0; turn < 10; turn++) await world.turn();
      world.caller.calls[0]?.cancel(enough);
      for (const expected of [1, 2]) {
        assert.equal((await answers.next()).value?.payload?.body[0], expected);
      }
      await rejectsWithConnectError(answers.next(), Code.Aborted);
    },
    caller: ends("Aborted"),
    handler: ends("Error: gone"),
  },
  {
    what: "a stream that a guard of the caller cancels while its reader waits",
    act: async (world) => {
      const answers = await begun(world, "wait");
      for (let count = 0; count < 2; count++) await answers.next();
      const next = rejectsWithConnectError(answers.next(), Code.Aborted);
      await world.turn();
      world.caller.calls[0]?.cancel(enough);
      await next;
    },
    caller: ends("Aborted"),
    handler: ends("Error: gone"),
  },
  {
    what: "a unary call that a guard of the handler cancels",
    act: async ({ client, handler, open }) => {
      const answer = rejectsWithConnectError(client.unaryCall(request("deaf")), Code.Aborted);
      await until("the handler runs", () => handler.calls.length === 1);
      handler.calls[0]?.cancel(enough);
      await answer;
      assert.deepEqual(handler.heard, ends("").slice(0, 2));
      open();
    },
    caller: ends("Aborted"),
    handler: ends("OK"),
  },
  {
    what: "a stream that a guard of the handler cancels",
    act: async (world) => {
      const answers = await begun(world, "deaf");
      for (let count = 0; count < 2; count++) await answers.next();
      world.handler.calls[0]?.cancel(enough);
      await rejectsWithConnectError(answers.next(), Code.Aborted);
      assert.deepEqual(world.handler.heard, ends("").slice(0, 2));
      world.open();
    },
    caller: ends("Aborted"),
    handler: ends("OK"),
  },
  {
    what: "a unary call that its caller cancels",
    act: async ({ client, handler }) => {
      const controller = new AbortController();
      const answer = rejectsWithConnectError(
        client.unaryCall(request("wait"), cancels(controller)),
        Code.Canceled,
      );
      await until("the handler runs", () => handler.calls.length === 1);
      controller.abort();
      await answer;
    },
    caller: ends("Canceled"),
    handler: ends("Error: gone"),
  },
  {
    what: "a unary call that was cancelled before it began",
    act: ({ client }) =>
      rejectsWithConnectError(client.unaryCall({}, { signal: AbortSignal.abort() }), Code.Canceled),
    caller: ends("Canceled"),
    handler: [],
  },
  {
    what: "a stream that its caller cancels, and reads no further",
    act: async (world) => {
      const controller = new AbortController();
      await begun(world, "wait", cancels(controller));
      controller.abort();
    },
    caller: ends("Canceled"),
    handler: ends("Error: gone"),
  },
  {
    // The server is not closed until the handler has ended: closing it aborts the handler in another way.
    what: "a stream that its caller cancels, and whose handler ends for that alone",
    act: async (world) => {
      const controller = new AbortController();
      await begun(world, "wait", cancels(controller));
      controller.abort();
      await until("the handler has ended", () => world.handler.heard.length === 4);
    },
    caller: ends("Canceled"),
    handler: ends("Error: gone"),
  },
  {
    what: "a stream that its caller cancels, and an inner guard that takes its time over the error",
    options: {
      handler: {
        replace: async () => {
          await new Promise((resolve) => setTimeout(resolve, 20));
          return enough;
        },
      },
    },
    act: async (world) => {
      const controller = new AbortController();
      await begun(world, "wait", cancels(controller));
      controller.abort();
      await until("the handler has ended", () => world.handler.heard.length === 4);
    },
    caller: ends("Canceled"),
    handler: ends("Error: gone").toSpliced(3, 1, "outer ends: Aborted"),
  },
  {
    what: "a unary call whose deadline is over",
    deadlineMs: 50,
    act: ({ client }, timeoutMs) =>
      rejectsWithConnectError(client.unaryCall(request("wait"), { timeoutMs }), Code.DeadlineExceeded),
    caller: ends("DeadlineExceeded"),
    handler: ends("Error: gone"),
  },
  {
    what: "a stream whose deadline is over",
    deadlineMs: 200,
    act: async (world, timeoutMs) =>
      rejectsWithConnectError(readOn(await begun(world, "wait", { timeoutMs })), Code.DeadlineExceeded),
    caller: ends("DeadlineExceeded"),
    handler: ends("Error: gone"),
  },
  {
    what: "a unary call whose connection is lost",
    act: async ({ client, handler, cutOff }) => {
      const answer = rejectsWithConnectError(client.unaryCall(request("deaf")), Code.Unavailable);
      await until("the handler runs", () => handler.calls.length === 1);
      await cutOff();
      await answer;
    },
    caller: ends("Unavailable"),
    handler: ends("OK"),
  },
  {
    what: "a stream whose connection is lost",
    act: async (world) => {
      const answers = await begun(world, "deaf");
      const rest = rejectsWithConnectError(readOn(answers), Code.Unavailable);
      await world.turn();
      await world.cutOff();
      await rest;
    },
    caller: ends("Unavailable"),
    handler: ends("OK"),
  },
  {
    what: "a unary handler that outlives its call",
    deadlineMs: 50,
    act: async ({ client, handler, open, aborted, turn }, timeoutMs) => {
      const answer = client.unaryCall(request("deaf"), { timeoutMs });
      await rejectsWithConnectError(answer, Code.DeadlineExceeded);
      if (handler.calls.length === 0) return;
      await until("the handler could know", () => aborted() === 1);
      await turn();
      assert.deepEqual(handler.heard, ends("").slice(0, 2));
      open();
    },
    caller: ends("DeadlineExceeded"),
    handler: ends("OK"),
  },
  {
    what: "a handler of a stream that gives a message above the limit, and cleans up",
    options: { maxSendBytes: body.length },
    act: async (world) => {
      world.open();
      await rejectsWithConnectError(readOn(await begun(world, "flood")), Code.ResourceExhausted);
    },
    caller: ends("ResourceExhausted"),
    handler: cleansUp,
  },
  ...(["deaf", "flood"] as const).map(
    (what): Scene => ({
      what: `a handler of a stream that outlives its call, and ${what === "deaf" ? "does not hear of it" : "cleans up"}`,
      act: async (world) => {
        const { handler, open, aborted, turn } = world;
        const controller = new AbortController();
        await begun(world, what, cancels(controller));
        controller.abort();
        await until("the handler could know", () => aborted() === 1);
        await turn();
        assert.deepEqual(handler.heard, ends("").slice(0, 2));
        open();
      },
      caller: ends("Canceled"),
      handler: what === "deaf" ? ends("OK") : cleansUp,
    }),
  ),
];

for (const setup of setups) {
  suite(`guards hear of each call once, by ${setup.name}:`, () => {
    for (const { what, options, act, deadlineMs = Number.POSITIVE_INFINITY, caller, handler } of scenes) {
      test(what, async (t) => {
        const play = async (ms: number): Promise<{ readonly world: World; readonly failure?: unknown }> => {
          const world = await guardedPair(t, setup, options);
          try {
            await act(world, ms);
            return { world };
          } catch (failure) {
            return { world, failure };
          }
        };

        const { world, failure } = await withEnoughTime(
          deadlineMs,
          play,
          (seen) => seen.failure === undefined && seen.world.handler.calls.length > 0,
        );
        if (failure !== undefined) throw failure;

        const { length } = caller;
        await until("the caller's guards know", () => world.caller.heard.length >= length);
        await world.cutOff();
        world.open();
        await until("the handler's guards know", () => world.handler.heard.length >= handler.length);
        await new Promise(setImmediate);
        assert.deepEqual(world.caller.heard, caller);
        assert.deepEqual(world.handler.heard, handler);
      });
    }
  });

  suite(`an error that a guard gives in place of another, by ${setup.name}:`, () => {
    const other = new ConnectError("other", Code.DataLoss);
    const inner = "inner ends: FailedPrecondition";
    for (const [how, replace, expected] of [
      ["at once", () => other, Code.DataLoss],
      ["later", async () => other, Code.DataLoss],
      ["by a promise that rejects", () => Promise.reject(other), Code.DataLoss],
      [
        "by a throw",
        () => {
          throw other;
        },
        Code.DataLoss,
      ],
    ] as const) {
      for (const side of ["caller", "handler"] as const) {
        test(`${how}, is what the ${side} goes on with`, async (t) => {
          const world = await guardedPair(t, setup, { [side]: { replace } });

          await rejectsWithConnectError(world.client.unaryCall(request("fail")), expected);
          await rejectsWithConnectError(readOn(await begun(world, "fail")), expected);

          const heard = ["outer begins", "inner begins", inner, "outer ends: DataLoss"];
          assert.deepEqual(world[side].heard, [...heard, ...heard]);
        });
      }
    }

    test("is not looked at for a call that succeeded", async (t) => {
      const replaced = { replace: () => other };
      const world = await guardedPair(t, setup, { caller: replaced, handler: replaced });

      await world.client.unaryCall({});
      assert.equal(await readOn(await begun(world, "")), 2);
    });
  });
}

test("a handler that throws undefined has failed", async (t) => {
  for (const { transport, optionsOf } of setups) {
    const { guards, heard } = guardPair("handler", {});
    const server = await transport.listen({
      ...wideLimits,
      address: await freshAddress(t),
      services: [
        implementService(TestService, {
          unaryCall: () => Promise.reject(undefined),
          async *streamingOutputCall() {
            yield await Promise.reject(undefined);
          },
        }),
      ],
      ...optionsOf(guards),
    });
    atEnd(t, () => server.close({ graceMs: 0 }));
    const connection = await transport.dial({ ...wideLimits, address: server.address });
    atEnd(t, () => connection.close());
    const client = createClient(TestService, connection.transport);

    await rejectsWithConnectError(client.unaryCall({}), Code.Internal);
    await rejectsWithConnectError(call(client, "a stream"), Code.Internal);

    const failed = ends("Error: undefined");
    assert.deepEqual(heard, [...failed, ...failed]);
  }
});

suite("guards beside interceptors", () => {
  for (const { name, transport } of setups.filter(({ name }) => name !== "grpc, as interceptors")) {
    test(`are closer to the wire than all interceptors, by ${name}`, async (t) => {
      const order: string[] = [];
      const guard = (side: CallGuard["side"]): CallGuard => ({
        side,
        onBegin: () => void order.push(`guard of the ${side}`),
        onEnd: (_call, error) => error,
      });
      const interceptor =
        (side: CallGuard["side"]): Interceptor =>
        (next) =>
        (request) => {
          order.push(`interceptor of the ${side}`);
          return next(request);
        };
      const around = (side: CallGuard["side"]) => ({
        interceptors: [interceptor(side)],
        guards: [guard(side)],
      });
      const server = await transport.listen({
        ...wideLimits,
        ...around("handler"),
        address: await freshAddress(t),
        services: [implementService(TestService, { emptyCall: () => ({}) })],
      });
      atEnd(t, () => server.close({ graceMs: 0 }));
      const connection = await transport.dial({
        ...wideLimits,
        ...around("caller"),
        address: server.address,
      });
      atEnd(t, () => connection.close());

      await createClient(TestService, connection.transport).emptyCall({});

      assert.deepEqual(order, [
        "interceptor of the caller",
        "guard of the caller",
        "guard of the handler",
        "interceptor of the handler",
      ]);
    });
  }
});

test("a guard hears of the calls of the methods that it is meant for, and of no other", async (t) => {
  for (const { name, transport, optionsOf } of setups) {
    const heard: string[] = [];
    const guard = (side: CallGuard["side"]): CallGuard => ({
      side,
      isFor: ({ methodKind }) => methodKind !== "unary",
      onBegin: ({ method }) => void heard.push(`${side}: ${method.name} begins`),
      onEnd: ({ method }, error) => {
        heard.push(`${side}: ${method.name} ends`);
        return error;
      },
    });
    const server = await transport.listen({
      ...wideLimits,
      address: await freshAddress(t),
      services: [
        implementService(TestService, {
          emptyCall: () => ({}),
          async *streamingOutputCall() {
            yield {};
          },
        }),
      ],
      ...optionsOf([guard("handler")]),
    });
    atEnd(t, () => server.close({ graceMs: 0 }));
    const connection = await transport.dial({
      ...wideLimits,
      address: server.address,
      ...optionsOf([guard("caller")]),
    });
    atEnd(t, () => connection.close());
    const client = createClient(TestService, connection.transport);

    await client.emptyCall({});
    for await (const _ of client.streamingOutputCall({}));

    // The two sides end in either order.
    assert.deepEqual(
      heard.toSorted(),
      [
        "caller: StreamingOutputCall begins",
        "caller: StreamingOutputCall ends",
        "handler: StreamingOutputCall begins",
        "handler: StreamingOutputCall ends",
      ],
      name,
    );
  }
});
