import assert from "node:assert/strict";
import { suite, type TestContext, test } from "node:test";
import {
  type Client,
  Code,
  ConnectError,
  createClient,
  createContextKey,
  type HandlerContext,
  type Interceptor,
  type ServiceImpl,
} from "@connectrpc/connect";
import { createWritableIterable } from "@connectrpc/connect/protocol";
import { dial, type GrpcDialOptions } from "../../../src/transport/grpc/dial.ts";
import { type GrpcListenOptions, listen } from "../../../src/transport/grpc/listen.ts";
import { implementService } from "../../../src/transport/socket-transport.ts";
import { TestService } from "../../conformance/gen/grpc/testing/test_pb.js";
import { atEnd } from "../../helpers/at-end.ts";
import { freshAddress, wideLimits } from "../../helpers/connected-pair.ts";
import { rejectsWithConnectError } from "../../helpers/rejection.ts";
import { runProgram, sourceProgram } from "../../helpers/run-program.ts";
import { until } from "../../helpers/until.ts";
import { withEnoughTime } from "../../helpers/with-enough-time.ts";

async function connected(
  t: TestContext,
  implementation: Partial<ServiceImpl<typeof TestService>>,
  options: { readonly listen?: Partial<GrpcListenOptions>; readonly dial?: Partial<GrpcDialOptions> } = {},
): Promise<Client<typeof TestService>> {
  const address = await freshAddress(t);
  const services = [implementService(TestService, implementation)];
  const server = await listen({ ...wideLimits, ...options.listen, address, services });
  atEnd(t, () => server.close({ graceMs: 0 }));
  const connection = await dial({ ...wideLimits, ...options.dial, address });
  atEnd(t, () => connection.close());
  return createClient(TestService, connection.transport);
}

const body = new Uint8Array(100_000).fill(7);

suite("a handler", () => {
  test("a handler gets a context with all that Connect's own has", async (t) => {
    let seen: HandlerContext | undefined;
    const client = await connected(t, {
      unaryCall: (_request, context) => {
        seen = context;
        return {};
      },
    });

    await client.unaryCall({}, { headers: { "x-mine": "1" }, timeoutMs: 60_000 });

    assert.equal(seen?.method, TestService.method.unaryCall);
    assert.equal(seen?.service, TestService);
    assert.equal(seen?.url, "http://localhost/grpc.testing.TestService/UnaryCall");
    assert.deepEqual([seen?.requestMethod, seen?.protocolName], ["POST", "grpc"]);
    assert.equal(seen?.requestHeader.get("x-mine"), "1");
    const left = seen?.timeoutMs() ?? 0;
    assert.ok(left > 0 && left <= 60_000, String(left));
    assert.equal(seen?.values.get(createContextKey("default")), "default");
    assert.equal(seen?.signal.aborted, true, "the signal of a call that has ended is aborted");
  });

  test("a handler that asks for several messages before they come gets each of them, in order, and the end", async (t) => {
    const asked = Promise.withResolvers<void>();
    const client = await connected(t, {
      async *fullDuplexCall(requests) {
        const messages = requests[Symbol.asyncIterator]();
        const wanted = [messages.next(), messages.next(), messages.next()];
        asked.resolve();
        for (const { done, value } of await Promise.all(wanted)) {
          yield done ? {} : { payload: value.payload };
        }
      },
    });
    const send = async function* () {
      yield { payload: { body: new Uint8Array([1]) } };
      await asked.promise;
      yield { payload: { body: new Uint8Array([2]) } };
    };
    const received: (number | undefined)[] = [];

    for await (const { payload } of client.fullDuplexCall(send())) received.push(payload?.body[0]);

    assert.deepEqual(received, [1, 2, undefined]);
  });

  test("a handler finds the one reason of all calls in its signal when its call went well", async (t) => {
    const reasons: unknown[] = [];
    const note = ({ signal }: HandlerContext): void =>
      signal.addEventListener("abort", () => reasons.push(signal.reason));
    let late: HandlerContext | undefined;
    const client = await connected(t, {
      unaryCall: (_request, context) => {
        note(context);
        return {};
      },
      async *streamingOutputCall(_request, context) {
        note(context);
        yield {};
      },
      emptyCall: (_request, context) => {
        late = context;
        return {};
      },
    });

    await client.unaryCall({});
    for await (const _ of client.streamingOutputCall({}));
    await client.emptyCall({});

    const [reason] = reasons;
    assert.ok(reason instanceof ConnectError);
    assert.deepEqual([reason.code, reason.rawMessage], [Code.Canceled, "the call has ended"]);
    assert.deepEqual(reasons, [reason, reason]);
    assert.equal(reasons[1], reason);
    // Also for who reads its signal only then.
    assert.equal(late?.signal.reason, reason);
  });

  test("an interceptor on either side finds the one reason of all calls in the signal", async (t) => {
    const signals: AbortSignal[] = [];
    const look: Interceptor = (next) => (request) => {
      signals.push(request.signal);
      return next(request);
    };
    const options = { listen: { interceptors: [look] }, dial: { interceptors: [look] } };
    const client = await connected(t, { emptyCall: () => ({}) }, options);

    await client.emptyCall({});

    assert.equal(signals.length, 2);
    for (const { reason } of signals) {
      assert.ok(reason instanceof ConnectError);
      assert.deepEqual([reason.code, reason.rawMessage], [Code.Canceled, "the call has ended"]);
    }
  });

  test("a handler can leave nothing in the one reason of all calls for the handlers of other calls", async (t) => {
    let signal: AbortSignal | undefined;
    const client = await connected(t, {
      unaryCall: (_request, context) => {
        signal = context.signal;
        return {};
      },
    });
    await client.unaryCall({});
    const reason = ConnectError.from(signal?.reason);

    reason.metadata.set("x-secret", "1");
    assert.throws(() => Object.assign(reason, { message: "other" }), TypeError);
    assert.throws(() => reason.details.push({ type: "a", value: new Uint8Array() }), TypeError);

    assert.deepEqual([...reason.metadata], []);
  });

  test("a handler that throws anything but a ConnectError tells the caller nothing", async (t) => {
    const client = await connected(t, {
      unaryCall: () => {
        throw new Error("secret");
      },
      streamingOutputCall: async function* () {
        yield {};
        throw new Error("secret");
      },
    });

    const unary = await rejectsWithConnectError(client.unaryCall({}), Code.Internal);
    assert.equal(unary.rawMessage, "internal error");
    const answers = client.streamingOutputCall({})[Symbol.asyncIterator]();
    await answers.next();
    assert.equal((await rejectsWithConnectError(answers.next(), Code.Internal)).rawMessage, "internal error");
  });

  test("a handler of a stream that gives none is INTERNAL", async (t) => {
    // What its type forbids and JavaScript allows.
    const wrong = { streamingOutputCall: () => Promise.resolve({}) } as unknown as ServiceImpl<
      typeof TestService
    >;
    const client = await connected(t, wrong);

    const answers = client.streamingOutputCall({})[Symbol.asyncIterator]();
    const { rawMessage } = await rejectsWithConnectError(answers.next(), Code.Internal);

    assert.equal(rawMessage, "expected an async iterable of messages");
  });

  test("a handler finds its signal aborted when the deadline is over, and need not answer", async (t) => {
    const reasons: unknown[] = [];
    let begun = 0;
    const client = await connected(t, {
      unaryCall: (_request, { signal }) => {
        begun++;
        return new Promise(() => signal.addEventListener("abort", () => reasons.push(signal.reason)));
      },
    });
    const askWithin = (timeoutMs: number) =>
      rejectsWithConnectError(client.unaryCall({}, { timeoutMs }), Code.DeadlineExceeded);

    // The handler has to begin before the deadline.
    await withEnoughTime(20, askWithin, () => begun > 0);

    await until("the handler hears of it", () => reasons.length === 1);
    const { code } = ConnectError.from(reasons[0]);
    // Whose clock is the first is left open: the caller cancels when its own is.
    assert.ok(code === Code.DeadlineExceeded || code === Code.Canceled);
  });

  test("a handler of a stream is ended when the caller leaves, also while it waits at a yield", async (t) => {
    let isEnded = false;
    const client = await connected(t, {
      async *streamingOutputCall() {
        try {
          for (;;) yield { payload: { body } };
        } finally {
          isEnded = true;
        }
      },
    });
    const controller = new AbortController();
    const answers = client.streamingOutputCall({}, { signal: controller.signal })[Symbol.asyncIterator]();
    await answers.next();

    controller.abort();

    await rejectsWithConnectError(answers.next(), Code.Canceled);
    await until("the handler is ended", () => isEnded);
  });

  test("a handler waits while nobody reads its stream, and other calls go on", async (t) => {
    let sent = 0;
    const client = await connected(t, {
      emptyCall: () => ({}),
      async *streamingOutputCall() {
        for (let count = 0; count < 1000; count++) {
          sent += body.length;
          yield { payload: { body } };
        }
      },
    });
    const answers = client.streamingOutputCall({})[Symbol.asyncIterator]();
    await answers.next();
    for (let before = -1; before !== sent; ) {
      before = sent;
      for (let call = 0; call < 50; call++) await client.emptyCall({});
    }

    assert.ok(sent < 20_000_000, `${sent} bytes were made for a reader that does not read`);

    let received = 1;
    while (!(await answers.next()).done) received++;
    assert.equal(received, 1000);
  });

  test("a handler holds a caller back that sends faster than it reads", async (t) => {
    let go: (() => void) | undefined;
    const client = await connected(t, {
      emptyCall: () => ({}),
      async streamingInputCall(requests) {
        await new Promise<void>((resolve) => {
          go = resolve;
        });
        let aggregatedPayloadSize = 0;
        for await (const { payload } of requests) aggregatedPayloadSize += payload?.body.length ?? 0;
        return { aggregatedPayloadSize };
      },
    });
    let sent = 0;
    const requests = async function* () {
      for (let count = 0; count < 500; count++) {
        sent += body.length;
        yield { payload: { body } };
      }
    };
    const answer = client.streamingInputCall(requests());
    await until("the handler runs", () => go !== undefined);
    for (let before = -1; before !== sent; ) {
      before = sent;
      for (let call = 0; call < 50; call++) await client.emptyCall({});
    }

    assert.ok(sent < 20_000_000, `${sent} bytes were taken for a handler that does not read`);

    go?.();
    assert.equal((await answer).aggregatedPayloadSize, 50_000_000);
  });

  test("a handler may answer before the request has ended", async (t) => {
    const client = await connected(t, { streamingInputCall: async () => ({ aggregatedPayloadSize: 5 }) });
    const requests = createWritableIterable<{ payload: { body: Uint8Array } }>();

    assert.equal((await client.streamingInputCall(requests)).aggregatedPayloadSize, 5);
  });
});

suite("compression", () => {
  for (const [what, options] of [
    ["of the client's messages", { dial: { isCompressed: true } }],
    ["of both sides' messages", { dial: { isCompressed: true }, listen: { compressesAnswers: true } }],
  ] as const) {
    test(`compression ${what} changes nothing else`, async (t) => {
      const client = await connected(
        t,
        { unaryCall: ({ payload }) => ({ payload: { body: payload?.body ?? new Uint8Array() } }) },
        options,
      );

      assert.deepEqual((await client.unaryCall({ payload: { body } })).payload?.body, body);
      assert.equal((await client.unaryCall({})).payload?.body.length, 0);
    });
  }
});

suite("interceptors", () => {
  test("interceptors of both sides see the call and its answer, the first one outermost", async (t) => {
    const seen: string[] = [];
    const spy =
      (name: string): Interceptor =>
      (next) =>
      async (request) => {
        request.header.set(`x-${name}`, "1");
        seen.push(`${name} ${request.method.name} ${request.stream} ${request.url}`);
        const response = await next(request);
        response.trailer.set(`x-${name}-trailer`, "1");
        seen.push(`${name} done`);
        return response;
      };
    let header = new Headers();
    const client = await connected(
      t,
      {
        unaryCall: (_request, { requestHeader }) => {
          header = requestHeader;
          return {};
        },
      },
      { dial: { interceptors: [spy("a"), spy("b")] }, listen: { interceptors: [spy("c")] } },
    );
    let trailer = new Headers();

    await client.unaryCall(
      {},
      {
        onTrailer: (value) => {
          trailer = value;
        },
      },
    );

    const url = "http://localhost/grpc.testing.TestService/UnaryCall";
    const began = ["a", "b", "c"].map((name) => `${name} UnaryCall false ${url}`);
    assert.deepEqual(seen, [...began, "c done", "b done", "a done"]);
    assert.deepEqual([header.has("x-a"), header.has("x-b"), header.has("x-c")], [true, true, true]);
    assert.deepEqual([trailer.has("x-c-trailer"), trailer.has("x-a-trailer")], [true, true]);
  });

  test("interceptors may replace requests, answers and each message of a stream", async (t) => {
    const double: Interceptor = (next) => async (request) => {
      const response = await next({ ...request });
      if (!response.stream) return { ...response, message: { ...response.message, username: "replaced" } };
      const messages = async function* () {
        for await (const message of response.message) {
          yield message;
          yield message;
        }
      };
      return { ...response, message: messages() };
    };
    const implementation: Partial<ServiceImpl<typeof TestService>> = {
      unaryCall: () => ({ username: "original" }),
      async *streamingOutputCall() {
        yield {};
      },
    };
    for (const options of [{ dial: { interceptors: [double] } }, { listen: { interceptors: [double] } }]) {
      const client = await connected(t, implementation, options);

      let type: string | null = null;
      const onHeader = (header: Headers): void => {
        type = header.get("content-type");
      };
      assert.equal((await client.unaryCall({}, { onHeader })).username, "replaced");
      assert.equal(type, "application/grpc");
      let count = 0;
      for await (const answer of client.streamingOutputCall({})) count += answer === undefined ? 0 : 1;
      assert.equal(count, 2);
    }
  });

  test("interceptors see full messages where the caller and the handler gave parts", async (t) => {
    const seen: unknown[] = [];
    const look: Interceptor = (next) => async (request) => {
      if (!request.stream) seen.push(request.message.$typeName);
      const response = await next(request);
      if (!response.stream) seen.push(response.message.$typeName);
      return response;
    };
    const client = await connected(
      t,
      { unaryCall: () => ({}) },
      { dial: { interceptors: [look] }, listen: { interceptors: [look] } },
    );

    await client.unaryCall({});

    const both = ["grpc.testing.SimpleRequest", "grpc.testing.SimpleResponse"];
    assert.deepEqual(seen, [both[0], both[0], both[1], both[1]]);
  });
});

test("an idle connection does not keep the process alive", async (t) => {
  const client = new URL("./fixtures/idle-client.ts", import.meta.url);
  const address = await freshAddress(t);
  const services = [implementService(TestService, { emptyCall: () => ({}) })];
  const server = await listen({ ...wideLimits, address, services });
  atEnd(t, () => server.close({ graceMs: 0 }));
  assert.ok(address.network === "unix");

  const program = runProgram(t, process.execPath, sourceProgram(client, address.path));

  await program.ended;
  assert.equal(program.stdout(), "called\n", program.stderr());
});
