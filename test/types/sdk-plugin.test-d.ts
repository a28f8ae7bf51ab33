/** How types flow through a plugin of the authors' layer, and what does not compile. Never run. */
import { type } from "arktype";
import { createField, createFrame } from "grafana-plugin-protocol/frames";
import { servePlugin } from "grafana-plugin-protocol/plugin";
import { appPlugin, dataSource } from "grafana-plugin-protocol/sdk";
import { createInMemoryPlugin } from "grafana-plugin-protocol/testing";
import { v2 } from "grafana-plugin-protocol/v2";
import * as v from "valibot";
import { z } from "zod";

const frame = createFrame({ fields: [createField("n", "int32", [1])] });

class Client {
  readonly path: string;
  constructor(path: string) {
    this.path = path;
  }
  close(): void {}
}

export async function typesFlow(): Promise<void> {
  const plugin = dataSource({
    settings: z.object({ path: z.string(), retries: z.number().default(3) }),
    secrets: v.object({ token: v.string() }),
    create: async ({ settings, config, signal, log }) => {
      settings.jsonData.path satisfies string;
      settings.jsonData.retries satisfies number;
      settings.secureJsonData.token satisfies string;
      settings.url satisfies string;
      // @ts-expect-error the schema has no such setting
      settings.jsonData.other;
      // @ts-expect-error the schema has no such secret
      settings.secureJsonData.password;
      config.featureToggles satisfies readonly string[];
      signal.aborted satisfies boolean;
      log.info("created");
      return new Client(settings.jsonData.path);
    },
    dispose: (instance) => instance.close(),
    queries: {
      range: {
        model: z.object({ expr: z.string() }),
        run: async (
          { model, timeRange, intervalMs, maxDataPoints, refId },
          { instance, context, settings },
        ) => {
          model.expr satisfies string;
          // @ts-expect-error the schema of this query has no such field
          model.sql;
          timeRange.from satisfies Date;
          timeRange.toNs satisfies bigint;
          (intervalMs + maxDataPoints) satisfies number;
          refId satisfies string;
          instance.path satisfies string;
          context.orgId satisfies bigint;
          settings.jsonData.retries satisfies number;
          // @ts-expect-error the instance has no such method
          instance.query();
          return frame;
        },
      },
      sql: {
        model: type({ sql: "string", "limit?": "number" }),
        async *run({ model }, { signal }) {
          model.sql satisfies string;
          model.limit satisfies number | undefined;
          if (!signal.aborted) yield frame;
        },
      },
      list: {
        model: v.object({ table: v.string() }),
        run: ({ model }) => [frame, { frameId: model.table, frame }],
      },
      "": {
        run: ({ model }) => {
          // @ts-expect-error without a schema the model is unknown
          model.expr;
          return frame;
        },
      },
    },
    health: ({ instance }) => ({ status: "ok", message: instance.path, details: { n: 1 } }),
    resources: async (request, { instance, context, signal }) => {
      instance.path satisfies string;
      context.orgId satisfies bigint;
      return new Response(request.url, { status: signal.aborted ? 500 : 200 });
    },
    streams: {
      "prices/:symbol/:unit": {
        subscribe: ({ params }, { instance }) => {
          params.symbol satisfies string;
          // @ts-expect-error the pattern has no such parameter
          params.other;
          return { status: instance.path === "" ? "notFound" : "ok", initial: frame };
        },
        async *run({ params, path }, { instance, signal }) {
          (params.symbol + params.unit + path + instance.path) satisfies string;
          while (!signal.aborted) yield frame;
        },
      },
      "logs/*": {
        data: z.object({ level: z.string() }),
        async *run({ params, data }) {
          data.level satisfies string;
          yield { rest: params["*"] };
        },
        subscribe: async ({ path }) => {
          return path === "" ? { status: "notFound" } : undefined;
        },
        publish: async () => {},
      },
    },
    metrics: { metrics: () => "" },
    admission: {
      validate: ({ object }) => (object === undefined ? { refused: { message: "no" } } : undefined),
    },
    conversion: ({ objects, targetVersion }) =>
      objects.map((object) => ({ object, v: targetVersion.version })),
    migrateQueries: (queries) => queries.map(({ refId, model }) => ({ ...model, refId })),
  });
  await using server = await servePlugin([plugin]);
  await server.closed;
  await createInMemoryPlugin(v2, plugin.implementation).data.queryData({});
  plugin.instances.active satisfies number;
  await plugin.close();
}

export function smallest(): void {
  dataSource({ queries: { "": { run: () => frame } } });
  dataSource({
    health: ({ instance, settings }) => {
      instance satisfies undefined;
      settings.secureJsonData["token"] satisfies string | undefined;
      return { status: "ok" };
    },
  });
  appPlugin({
    settings: z.object({ url: z.string() }),
    create: ({ settings }) => settings.jsonData.url.length,
    health: ({ instance, settings }) => {
      instance satisfies number;
      // @ts-expect-error an app has no uid
      settings.uid;
      return { status: "ok" };
    },
  });
}

export function wrong(): void {
  // @ts-expect-error not a schema
  dataSource({ settings: { path: "string" } });
  // @ts-expect-error a health status that does not exist
  dataSource({ health: () => ({ status: "fine" }) });
  // @ts-expect-error a query that returns text
  dataSource({ queries: { a: { run: () => "text" } } });
  // @ts-expect-error a query that returns nothing
  dataSource({ queries: { a: { run: () => {} } } });
  // @ts-expect-error a route without run
  dataSource({ queries: { a: { model: z.object({}) } } });
  // @ts-expect-error metrics without metrics()
  dataSource({ metrics: {} });
}
