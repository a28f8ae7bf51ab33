import { createRequests, type Requests } from "./requests.ts";
import type { RawAnswer } from "./wire/call-raw.ts";
import type { World } from "./world.ts";

/** gRPC's UNIMPLEMENTED. */
export const unimplemented = 12;

/** A call that every check of the transport can make, because its answer is known. */
export interface KnownCall {
  readonly rpc: string;
  readonly message: Uint8Array;
}

/** HealthCheckRequest with the service `plugin`. */
export const pluginPing: Uint8Array = Buffer.from("0a06706c7567696e", "hex");

export function requestsOf(world: World): Promise<Requests> {
  return world.once("requests", async () => createRequests(world.options));
}

/** The majors that the plugin has, by offering 2 and 1, each alone. */
export function majorsOf(world: World): Promise<ReadonlySet<number>> {
  return world.once("majors", async () => {
    const { line } = await world.shared();
    const plugin = await world.start({ versions: "1" });
    const other = await plugin.line(world.options.withinMs);
    plugin.kill();
    return new Set([line.major, other?.major].filter((major) => major !== undefined));
  });
}

/** Whether the plugin has a method of `pluginv2`: it answers anything but UNIMPLEMENTED. */
export async function hasRpc(world: World, rpc: string): Promise<boolean> {
  const answer = await world.once(`rpc ${rpc}`, async () => {
    const plugin = await world.shared();
    return plugin.call({
      rpc: `pluginv2.${rpc}`,
      message: await requestFor(world, rpc),
      // A stream goes on for ever.
      cancelWhen: () => rpc === "Stream/RunStream",
    });
  });
  // A Go plugin of the SDK without a handler for chunks answers with the text of a panic.
  const isMissingHandler = rpc === "Data/QueryChunkedData" && /nil pointer|panic/.test(answer.text);
  return answer.status !== unimplemented && !isMissingHandler;
}

async function requestFor(world: World, rpc: string): Promise<Uint8Array> {
  const requests = await requestsOf(world);
  const { query, stream = "" } = world.options;
  const queries = query === undefined ? [] : [{ refId: "A", json: query }];
  switch (rpc) {
    case "Diagnostics/CheckHealth":
      return requests.health;
    case "Diagnostics/CollectMetrics":
      return requests.metrics;
    case "Data/QueryData":
      return requests.queryData(queries);
    case "Data/QueryChunkedData":
      return requests.queryChunked(queries);
    case "Resource/CallResource":
      return requests.resource;
    case "Stream/SubscribeStream":
      return requests.subscribe(stream);
    case "Stream/RunStream":
      return requests.runStream(stream);
    default:
      throw new Error(`no request is known for ${rpc}`);
  }
}

/** CheckHealth, or go-plugin's ping for a plugin that has none. `undefined` if it answers neither with OK. */
export function knownCall(world: World): Promise<KnownCall | undefined> {
  return world.once("known call", async () => {
    const plugin = await world.shared();
    const requests = await requestsOf(world);
    const calls: readonly KnownCall[] = [
      { rpc: "pluginv2.Diagnostics/CheckHealth", message: requests.health },
      { rpc: "grpc.health.v1.Health/Check", message: pluginPing },
    ];
    for (const call of calls.slice(plugin.line.major === 2 ? 0 : 1)) {
      if ((await plugin.call(call)).status === 0) return call;
    }
    return undefined;
  });
}

/**
 * Makes the known call on the shared plugin. For checks with the need `a call`.
 *
 * @throws Error when there is no such call
 */
export async function callKnown(
  world: World,
  how: Partial<Parameters<Awaited<ReturnType<World["shared"]>>["call"]>[0]> = {},
): Promise<RawAnswer> {
  const call = await knownCall(world);
  if (call === undefined) throw new Error("no call of the plugin is known to succeed");
  return (await world.shared()).call({ ...call, ...how });
}
