// Compiled with `declaration: true`: values that users make with the package and export from their own modules. The files
// beside this one, one for each public subpath, are written by scripts/package/write-exports.ts.
import { v3Services } from "grafana-plugin-protocol/experimental/v3";
import { attachPlugin, launchPlugin, supervisePlugin } from "grafana-plugin-protocol/host";
import { implement, servePlugin } from "grafana-plugin-protocol/plugin";
import { createInMemoryPlugin } from "grafana-plugin-protocol/testing";
import { v1 } from "grafana-plugin-protocol/v1";
import { rendererServices, v2 } from "grafana-plugin-protocol/v2";

export const extended = { ...v2, services: { ...v2.services, ...rendererServices, ...v3Services } };
export const own = { version: 7, services: { data: v2.services.data } };

export const launchedV1 = await launchPlugin({ command: "", protocols: [v1] });
export const launchedV2 = await launchPlugin({ command: "", protocols: [v2] });
export const launchedEither = await launchPlugin({ command: "", protocols: [v2, v1] });
export const launchedExtended = await launchPlugin({ command: "", protocols: [extended] });
export const launchedOwn = await launchPlugin({ command: "", protocols: [own] });
export const supervised = await supervisePlugin({ command: "", protocols: [v2] });
export const attached = await attachPlugin({ attachInfo: "", protocols: [v2] });

export const { datasource, renderer } = launchedV1;
export const { admission, conversion, data, diagnostics, resource, stream } = launchedV2;
export const queryData = data.queryData;
export const answer = await data.queryData({});
export const packets = stream.runStream({});
export const { attachInfo, broker, health, process, services } = launchedV2;

export const inMemoryV1 = createInMemoryPlugin(v1, {});
export const inMemoryV2 = createInMemoryPlugin(v2, {});
export const implemented = implement(v2, {});
export const served = await servePlugin([implemented]);

export const servicesOfV2 = v2.services;
export const dataService = v2.services.data;
export const method = v2.services.data.method.queryData;

export function start() {
  return launchPlugin({ command: "", protocols: [v2] });
}

export class Keeper {
  readonly plugin = launchPlugin({ command: "", protocols: [v2, v1] });
  readonly inMemory = createInMemoryPlugin(v2, {});
}
