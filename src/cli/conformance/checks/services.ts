import { listServices } from "grafana-plugin-protocol/go-plugin";
import { grpcTransport } from "grafana-plugin-protocol/transport";
import { type Check, expectThat, failed, leftOut, type Outcome, passed } from "../check.ts";
import type { RunningPlugin } from "../connect-plugin.ts";
import { pluginPing, unimplemented } from "../plugin-facts.ts";
import { until } from "../process/until.ts";
import type { RawAnswer } from "../wire/call-raw.ts";
import { describeAnswer } from "../wire/describe-answer.ts";
import type { World } from "../world.ts";

const notFound = 5;
const serving = Buffer.from([8, 1]);
/** HealthCheckRequest with a service that no plugin has. */
const oddService = Buffer.from("0a0b636f6e666f726d616e6365", "hex");
const idleMs = 300;
const noBytes = Buffer.alloc(0);

/** RPCs of the contract by service, with which absence is looked at. */
const contract: Readonly<Record<string, readonly string[]>> = {
  "pluginv2.Diagnostics": ["CheckHealth", "CollectMetrics"],
  "pluginv2.Data": ["QueryData", "QueryChunkedData"],
  "pluginv2.Resource": ["CallResource"],
  "pluginv2.Stream": ["SubscribeStream", "RunStream", "PublishStream"],
  "pluginv2.AdmissionControl": ["ValidateAdmission", "MutateAdmission"],
  "pluginv2.ResourceConversion": ["ConvertObjects"],
  "pluginextensionv2.Renderer": ["Render", "RenderCSV"],
};

/** The services of go-plugin, and those that a plugin does not have. */
export const serviceChecks: readonly Check[] = [
  {
    name: "services.health",
    fact: "The health service says SERVING for the service plugin.",
    source: "go-plugin grpc_client.go, Ping",
    run: async (world) => {
      const plugin = await world.shared();
      const answer = await plugin.call({ rpc: "grpc.health.v1.Health/Check", message: pluginPing });
      if (answer.status === unimplemented)
        return leftOut("the plugin has no health service, which no host requires");
      const isServing = answer.status === 0 && serving.equals(answer.messages[0] ?? Buffer.alloc(0));
      const seen = `${describeAnswer(answer)}, ${Buffer.from(answer.messages[0] ?? []).toString("hex")}`;
      return expectThat(isServing, "SERVING (0801)", seen, "register the service name plugin as serving");
    },
  },
  {
    name: "services.health-unknown",
    fact: "The health service says NOT_FOUND for a service that it does not know.",
    source: "grpc/health/v1/health.proto; grpc-go health/server.go",
    run: async (world) => {
      const plugin = await world.shared();
      const answer = await plugin.call({ rpc: "grpc.health.v1.Health/Check", message: oddService });
      if (answer.status === unimplemented)
        return leftOut("the plugin has no health service, which no host requires");
      return expectThat(
        answer.status === notFound,
        "status 5 (NotFound)",
        describeAnswer(answer),
        "look the name up, and answer NOT_FOUND for names that were never registered",
      );
    },
  },
  {
    name: "services.stdio",
    fact: "StreamStdio stays open, or is UNIMPLEMENTED.",
    source: "go-plugin grpc_stdio.go: the host opens it right after it connected",
    run: (world) => expectOpen(world, ({ stdio }) => stdio()),
  },
  {
    name: "services.broker",
    fact: "The stream of the broker stays open, or is UNIMPLEMENTED.",
    source: "go-plugin grpc_broker.go: the host opens it right after it connected",
    run: (world) => expectOpen(world, ({ broker }) => broker()),
  },
  {
    name: "services.absent-service",
    fact: "A call of a service that the plugin does not have is UNIMPLEMENTED.",
    source: "gRPC's status codes; hosts find out so what a plugin has",
    run: (world) => expectUnimplemented(world, "conformance.Absent/Call"),
  },
  {
    name: "services.absent-method",
    fact: "A call of a method that a service does not have is UNIMPLEMENTED.",
    source: "gRPC's status codes; a host falls back so from a newer method to an older one",
    run: async (world) => {
      const { major } = (await world.shared()).line;
      const service = major === 1 ? "models.DatasourcePlugin" : "pluginv2.Diagnostics";
      return expectUnimplemented(world, `${service}/Absent`);
    },
  },
  {
    name: "services.contract",
    fact: "Services of the contract that reflection does not list are UNIMPLEMENTED, each of their methods.",
    source: "SDK backend/grpcplugin/serve.go: a plugin registers the services that it has handlers for",
    needs: ["major 2"],
    run: async (world) => {
      const listed = await listedServices(world);
      if (listed === undefined) return leftOut("the plugin has no reflection, so what it lacks is not known");
      for (const [service, methods] of Object.entries(contract)) {
        if (listed.includes(service)) continue;
        for (const method of methods) {
          const outcome = await expectUnimplemented(world, `${service}/${method}`);
          if (outcome.kind === "failed") return outcome;
        }
      }
      return passed;
    },
  },
];

function listedServices(world: World): Promise<readonly string[] | undefined> {
  return world.once("services", async () => {
    const { address } = (await world.shared()).line;
    const connection = await grpcTransport.dial({
      address,
      maxReceiveBytes: 2 ** 24,
      maxSendBytes: 2 ** 24,
    });
    try {
      return await listServices(connection.transport, { timeoutMs: world.options.withinMs });
    } catch {
      return undefined;
    } finally {
      connection.close();
    }
  });
}

async function expectUnimplemented(world: World, rpc: string): Promise<Outcome> {
  const answer = await (await world.shared()).call({ rpc, message: noBytes });
  return expectThat(
    answer.status === unimplemented,
    `status 12 (Unimplemented) from ${rpc}`,
    describeAnswer(answer),
    "answer UNIMPLEMENTED for every path that you do not serve",
  );
}

/** A stream that was opened with the connection, looked at when the plugin has answered a call since. */
async function expectOpen(
  world: World,
  endOf: (plugin: RunningPlugin) => RawAnswer | undefined,
): Promise<Outcome> {
  const plugin = await world.shared();
  await plugin.call({ rpc: "grpc.health.v1.Health/Check", message: pluginPing });
  await until(idleMs, () => endOf(plugin) !== undefined);
  const answer = endOf(plugin);
  if (answer === undefined || answer.status === unimplemented) return passed;
  return failed(
    "a stream that stays open, or status 12 (Unimplemented)",
    describeAnswer(answer),
    "keep the stream open and silent until the host ends it",
  );
}
