import assert from "node:assert/strict";
import { AsyncLocalStorage } from "node:async_hooks";
import { after, suite, type TestContext, test } from "node:test";
import { setImmediate } from "node:timers/promises";
import { type Client, createClient } from "@connectrpc/connect";
import { type Context, type ContextManager, context, ROOT_CONTEXT, trace } from "@opentelemetry/api";
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
} from "@opentelemetry/sdk-trace-base";
import type { PluginImpl } from "grafana-plugin-protocol";
import { createLogger, implement, type LogRecord } from "grafana-plugin-protocol/plugin";
import {
  defaultObservers,
  observeHandlers,
  propagationHeaders,
  requestSpans,
} from "grafana-plugin-protocol/sdk";
import { type V2, v2 } from "grafana-plugin-protocol/v2";
import { connectedPair } from "../../../helpers/connected-pair.ts";
import { runProgram, sourceProgram } from "../../../helpers/run-program.ts";
import { until } from "../../../helpers/until.ts";

const exporter = new InMemorySpanExporter();
const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
const tracer = provider.getTracer("test");
const token = "s3cr3t-token";

/** The smallest context manager: OpenTelemetry has one as a package of its own. */
function storedContext(): ContextManager {
  const storage = new AsyncLocalStorage<Context>();
  const manager: ContextManager = {
    active: () => storage.getStore() ?? ROOT_CONTEXT,
    with: (active, run, self, ...args) => storage.run(active, () => run.apply(self, args)),
    bind: (_active, target) => target,
    enable: () => manager,
    disable: () => manager,
  };
  return manager;
}

suite("spans of calls", () => {
  context.setGlobalContextManager(storedContext());
  after(() => context.disable());

  const serve = async <Key extends keyof V2["services"]>(
    t: TestContext,
    key: Key,
    impl: PluginImpl<V2>,
  ): Promise<Client<V2["services"][Key]>> => {
    exporter.reset();
    const { services } = observeHandlers(implement(v2, impl), [await requestSpans({ tracer })]);
    const { connection } = await connectedPair(t, services);
    return createClient(v2.services[key], connection.transport);
  };

  test("a handler and each step of its stream run in the context of the span", async (t) => {
    const active: (string | undefined)[] = [];
    const see = (): void => {
      active.push(trace.getActiveSpan()?.spanContext().spanId);
    };
    const resource = await serve(t, "resource", {
      resource: {
        async *callResource() {
          see();
          yield { code: 200 };
          await setImmediate();
          see();
          yield { body: new Uint8Array(1) };
          see();
        },
      },
    });

    for await (const _message of resource.callResource({})) see();
    await until("the span has ended", () => exporter.getFinishedSpans().length === 1);

    const [span] = exporter.getFinishedSpans();
    const id = span?.spanContext().spanId;
    assert.equal(span?.name, "sdk.callResource");
    assert.deepEqual(
      active.filter((seen) => seen !== undefined),
      [id, id, id],
    );
  });

  test("a call without a trace begins one, which its headers and its log lines name", async (t) => {
    exporter.reset();
    const records: LogRecord[] = [];
    const log = createLogger({ write: (record) => records.push(record) });
    const seen: Record<string, string>[] = [];
    const plugin = implement(v2, {
      diagnostics: {
        checkHealth: (_request, handlerContext) => {
          seen.push(propagationHeaders(handlerContext));
          return {};
        },
      },
    });
    const { services } = observeHandlers(plugin, await defaultObservers({ tracer, log }));
    const { connection } = await connectedPair(t, services);

    await createClient(v2.services.diagnostics, connection.transport).checkHealth({});

    const span = exporter.getFinishedSpans()[0]?.spanContext();
    assert.deepEqual(seen, [{ traceparent: `00-${span?.traceId}-${span?.spanId}-01` }]);
    assert.deepEqual(
      records.map(({ fields }) => fields["traceId"]),
      [span?.traceId, span?.traceId],
    );
  });

  test("a span has no secret of the call in its texts", async (t) => {
    const diagnostics = await serve(t, "diagnostics", {
      diagnostics: {
        checkHealth: () => {
          throw new Error(`401 for ${token}`);
        },
      },
    });
    const pluginContext = { dataSourceInstanceSettings: { decryptedSecureJsonData: { token } } };

    await assert.rejects(diagnostics.checkHealth({ pluginContext }));

    const [span] = exporter.getFinishedSpans();
    assert.equal(span?.status.message, "401 for [secret]");
    assert.doesNotMatch(JSON.stringify([span?.events, span?.attributes, span?.status]), /s3cr3t/);
  });
});

test("without @opentelemetry/api spans are refused with what to install", async (t) => {
  const fixture = new URL("../fixtures/without-otel.ts", import.meta.url);
  const program = runProgram(t, process.execPath, sourceProgram(fixture));

  assert.deepEqual(await program.ended, { code: 0, signal: null }, program.stderr());
  assert.equal(
    program.stdout(),
    "invalid_option spans need the package @opentelemetry/api, which is not installed: npm install @opentelemetry/api\n2\n",
  );
});
