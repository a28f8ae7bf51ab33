/** What a plugin may write, and what does not compile. Never run. */
import type { PluginImpl, ReservedServiceKey, ServicesByKey } from "grafana-plugin-protocol";
import { v3Services } from "grafana-plugin-protocol/experimental/v3";
import { type ImplementedMajor, implement, servePlugin } from "grafana-plugin-protocol/plugin";
import { createInMemoryPlugin } from "grafana-plugin-protocol/testing";
import { v1 } from "grafana-plugin-protocol/v1";
import { rendererServices, sanitizerServices, v2 } from "grafana-plugin-protocol/v2";
import type { Health } from "../../gen/es/go-plugin/grpc/health/v1/health_pb.js";

const extended = { ...v2, services: { ...v2.services, ...rendererServices, ...v3Services } };

export async function bothMajors(): Promise<void> {
  await using server = await servePlugin(
    [
      implement(v2, {
        diagnostics: { checkHealth: () => ({ status: 1, message: "ok" }) },
        stream: {
          async *runStream({ path }, { signal }) {
            path satisfies string;
            if (!signal.aborted) yield { data: new Uint8Array() };
          },
        },
      }),
      implement(v1, {
        datasource: { query: ({ queries }) => ({ results: queries.map(({ refId }) => ({ refId })) }) },
      }),
    ],
    { network: "tcp", ownsProcess: false },
  );
  server.protocolVersion satisfies number;
  await server.closed;

  // @ts-expect-error no majors
  await servePlugin([]);
  // @ts-expect-error a major without its handlers
  await servePlugin([v2]);
  // @ts-expect-error an unknown network
  await servePlugin([implement(v2, {})], { network: "udp" });
}

export function wrongHandlers(): ImplementedMajor[] {
  return [
    implement(v2, {}),
    // @ts-expect-error a service of the other major
    implement(v1, { data: { queryData: () => ({}) } }),
    // @ts-expect-error a method of the other major
    implement(v1, { datasource: { queryData: () => ({}) } }),
    // @ts-expect-error a method of the other major
    implement(v2, { data: { query: () => ({ results: [] }) } }),
    // @ts-expect-error a field of the wrong type
    implement(v2, { diagnostics: { checkHealth: () => ({ status: 1, message: 7 }) } }),
    // @ts-expect-error a status that is none
    implement(v2, { diagnostics: { checkHealth: () => ({ status: "ok" }) } }),
    // @ts-expect-error an answer where a stream of answers is due
    implement(v2, { stream: { runStream: () => ({ data: new Uint8Array() }) } }),
    // @ts-expect-error a service that has to be spread in
    implement(v2, { renderer: { render: () => ({}) } }),
  ];
}

export function wrongMajors(): ImplementedMajor[] {
  return [
    // @ts-expect-error v3's services do not travel in handshake version 3
    implement({ version: 3, services: v3Services }, {}),
    // @ts-expect-error v1's services do not travel in handshake version 2
    implement({ version: 2, services: v1.services }, {}),
    // @ts-expect-error v1's services do not travel in handshake version 2
    implement({ ...v2, services: { ...v2.services, ...v1.services } }, {}),
    // @ts-expect-error the renderer of v2 does not travel in handshake version 1
    implement({ ...v1, services: { ...v1.services, ...rendererServices } }, {}),
    // @ts-expect-error a reserved key
    implement({ version: 2, services: { ...v2.services, health: v2.services.data } }, {}),
    // @ts-expect-error a message is no service
    implement({ version: 7, services: { x: v2.services.data.method.queryData.input } }, {}),
  ];
}

export function rightMajors(services: { readonly x: typeof Health }): ImplementedMajor[] {
  return [
    implement(extended, {
      data: { queryData: ({ queries }) => ({ responses: { [queries[0]?.refId ?? ""]: {} } }) },
      renderer: {
        render: ({ filePath, headers }) => {
          filePath satisfies string;
          headers["x"]?.values satisfies readonly string[] | undefined;
          return { error: "" };
        },
      },
      route: {
        async *callRoute({ path }) {
          path satisfies string | undefined;
          yield { code: 200 };
        },
      },
      admissionReview: { admissionReview: () => ({ allowed: true }) },
    }),
    // @ts-expect-error a field of the wrong type in a service that was spread in
    implement(extended, { renderer: { render: () => ({ error: 7 }) } }),
    implement({ ...v2, services: { ...v2.services, ...sanitizerServices } }, { sanitizer: {} }),
    implement({ version: 2, services: v3Services }, { route: {} }),
    implement({ version: 7, services }, { x: { check: ({ service }) => ({ status: service.length }) } }),
    // @ts-expect-error a method that the service lacks
    implement({ version: 7, services }, { x: { checkHealth: () => ({}) } }),
  ];
}

export async function inMemory(): Promise<void> {
  const plugin = createInMemoryPlugin(extended, {
    renderer: { renderCSV: () => ({ fileName: "x.csv" }) },
    objectConversion: {},
  });

  plugin.protocolVersion satisfies 2;
  (await plugin.renderer.renderCSV({})).fileName satisfies string;
  await plugin.objectConversion.convertObjects({});
  // @ts-expect-error an in-memory plugin has no process
  plugin.process;
  // @ts-expect-error a service of the other major
  plugin.datasource;
  // @ts-expect-error v3's services do not travel in handshake version 3
  createInMemoryPlugin({ version: 3, services: v3Services }, {});
  // @ts-expect-error a method of the other major
  createInMemoryPlugin(v1, { datasource: { queryData: () => ({}) } });
}

/** Handlers can be written apart from the call. */
export const handlers: PluginImpl<typeof v2> = {
  data: { queryData: async () => ({ responses: { A: { frames: [new Uint8Array()] } } }) },
};

// Each reserved key is refused, one by one, and another is not.
type IsRefused<K extends string> = { readonly [P in K]: typeof v2.services.data } extends ServicesByKey
  ? false
  : true;
export const refused: { readonly [K in ReservedServiceKey | "mine"]: IsRefused<K> } = {
  attachInfo: true,
  broker: true,
  close: true,
  closed: true,
  health: true,
  mine: false,
  process: true,
  protocolVersion: true,
  services: true,
  state: true,
};
