/** What a host may write, and what does not compile. Never run. */
import type { Client } from "@connectrpc/connect";
import type { PluginClient, PluginErrorCode, ProtocolMajor } from "grafana-plugin-protocol";
import { v3Services } from "grafana-plugin-protocol/experimental/v3";
import type { Broker } from "grafana-plugin-protocol/go-plugin";
import { type LaunchedPlugin, launchPlugin } from "grafana-plugin-protocol/host";
import { type DatasourcePlugin, v1 } from "grafana-plugin-protocol/v1";
import { type Data, rendererServices, type StreamPacket, v2 } from "grafana-plugin-protocol/v2";

const command = "gpx_demo";

export async function pinned(): Promise<void> {
  const plugin = await launchPlugin({ command, protocols: [v2] });

  plugin.protocolVersion satisfies 2;
  plugin.data satisfies Client<typeof Data>;
  plugin.process.pid satisfies number;
  plugin.broker satisfies Broker;
  (await plugin.health()) satisfies
    | "serving"
    | "not_serving"
    | "unknown"
    | "unknown_service"
    | "unimplemented";
  (await plugin.services()) satisfies readonly string[] | undefined;
  const { responses } = await plugin.data.queryData({ queries: [{ refId: "A", maxDataPoints: 100n }] });
  responses["A"]?.frames satisfies readonly Uint8Array[] | undefined;
  for await (const packet of plugin.stream.runStream({ path: "x" })) packet satisfies StreamPacket;

  // @ts-expect-error a v1 service on a client pinned to v2
  plugin.datasource;
  // @ts-expect-error a service that has to be spread in
  plugin.renderer;
  // @ts-expect-error a method of the wrong major
  await plugin.data.query({});
  // @ts-expect-error a field of the wrong type
  await plugin.data.queryData({ queries: [{ refId: 1 }] });
  // @ts-expect-error a 64-bit number is a bigint
  await plugin.data.queryData({ queries: [{ maxDataPoints: 100 }] });
  // @ts-expect-error a field that does not exist
  await plugin.data.queryData({ query: [] });
  // @ts-expect-error the version is not for changing
  plugin.protocolVersion = 2;
  await plugin.close({ graceMs: 1 });
}

export async function negotiated(): Promise<void> {
  await using plugin = await launchPlugin({ command, protocols: [v2, v1] });

  // @ts-expect-error a service before narrowing
  plugin.data;
  // @ts-expect-error a service before narrowing
  plugin.datasource;
  await plugin.close();
  switch (plugin.protocolVersion) {
    case 1:
      plugin.datasource satisfies Client<typeof DatasourcePlugin>;
      // @ts-expect-error a method of the wrong major
      await plugin.datasource.queryData({});
      break;
    case 2:
      await plugin.data.queryData({});
      break;
    default:
      plugin satisfies never;
  }
}

export async function pinnedByTheCaller<M extends typeof v1 | typeof v2>(major: M): Promise<PluginClient<M>> {
  major satisfies ProtocolMajor;
  const clients: { one: PluginClient<typeof v1>; two: PluginClient<typeof v2> } = await ready();
  clients.one.datasource;
  clients.two.data;
  // @ts-expect-error the client of the other major
  clients.one.data;
  return ready();
}

export async function wrongLists(): Promise<void> {
  // @ts-expect-error no majors
  await launchPlugin({ command, protocols: [] });
  // @ts-expect-error no list
  await launchPlugin({ command });
  // @ts-expect-error a version is no major
  await launchPlugin({ command, protocols: [2] });
  // @ts-expect-error v3's services are no major
  await launchPlugin({ command, protocols: [v3Services] });
  // @ts-expect-error v3's services do not travel in handshake version 3
  await launchPlugin({ command, protocols: [{ version: 3, services: v3Services }] });
  // @ts-expect-error v1's services do not travel in handshake version 2
  await launchPlugin({ command, protocols: [{ version: 2, services: v1.services }] });
  // @ts-expect-error v2's services do not travel in handshake version 1
  await launchPlugin({ command, protocols: [{ ...v1, services: { ...v1.services, ...v2.services } }] });
  // @ts-expect-error the second of the list is the wrong one
  await launchPlugin({ command, protocols: [v2, { version: 1, services: rendererServices }] });
  const withClose = { ...v2, services: { ...v2.services, close: v2.services.data } };
  // @ts-expect-error a reserved key
  await launchPlugin({ command, protocols: [withClose] });
  // @ts-expect-error a reserved key
  await launchPlugin({ command, protocols: [{ version: 2, services: { process: v2.services.data } }] });
  // @ts-expect-error an option that does not exist
  await launchPlugin({ command, protocols: [v2], startTimeout: 5 });
}

export async function extended(): Promise<void> {
  const plugin = await launchPlugin({
    command,
    protocols: [{ ...v2, services: { ...v2.services, ...rendererServices, ...v3Services } }, v1],
  });
  if (plugin.protocolVersion === 1) {
    // @ts-expect-error v1 was not extended
    plugin.route;
    return;
  }

  plugin.protocolVersion satisfies 2;
  (await plugin.renderer.render({ url: "http://x", timeout: 1 })).error satisfies string;
  (await plugin.admissionReview.admissionReview({})).allowed satisfies boolean | undefined;
  for await (const part of plugin.route.callRoute({ path: "x" })) part.body satisfies Uint8Array | undefined;
  await plugin.data.queryData({});
  // @ts-expect-error a field of the wrong type
  await plugin.renderer.render({ url: 7 });
}

/** A go-plugin system of one's own: another version, a service that is not ours. */
export async function ownMajor(services: { readonly x: OwnService }): Promise<void> {
  const plugin = await launchPlugin({
    command,
    protocols: [{ version: 7, services }],
    cookie: { key: "OWN", values: ["1"] },
  });

  plugin.protocolVersion satisfies 7;
  await plugin.x.check({ service: "" });
  // @ts-expect-error a method that the service lacks
  await plugin.x.queryData({});
}

export function open(code: PluginErrorCode, plugin: LaunchedPlugin<typeof v1 | typeof v2>): string {
  plugin satisfies AsyncDisposable;
  switch (code) {
    case "exited":
      return "again";
    default:
      // A later version may have more codes, so that there is always something left here.
      code satisfies string;
      // @ts-expect-error the codes are never all known
      code satisfies never;
      return code;
  }
}

type OwnService = typeof import("../../gen/es/go-plugin/grpc/health/v1/health_pb.js").Health;
declare function ready<T>(): Promise<T>;
