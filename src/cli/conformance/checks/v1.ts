import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import {
  DatasourceRequestSchema,
  type DatasourceResponse,
  DatasourceResponseSchema,
} from "grafana-plugin-protocol/v1";
import { type Check, expectThat, failed, leftOut, type Need, passed } from "../check.ts";
import { unimplemented } from "../plugin-facts.ts";
import type { RawAnswer } from "../wire/call-raw.ts";
import { describeAnswer } from "../wire/describe-answer.ts";
import type { World } from "../world.ts";

const needs: readonly Need[] = ["major 1"];
const lastKind = 5;

/** Protocol 1, for plugins that have it. */
export const v1Checks: readonly Check[] = [
  {
    name: "v1.no-v2",
    fact: "In protocol 1 the services of protocol 2 are UNIMPLEMENTED.",
    source: "go-plugin server.go: it serves the plugin set of the chosen version only",
    needs,
    run: async (world) => {
      const { other } = await v1Answer(world);
      return expectThat(
        other.status === unimplemented,
        "status 12 (Unimplemented) from pluginv2.Diagnostics/CheckHealth",
        describeAnswer(other),
        "register the services of the major that you print",
      );
    },
  },
  {
    name: "v1.ref-id",
    fact: "Each result of a query has the refId of a query of the request.",
    source: "Plutono pkg/plugins/datasource/wrapper/datasource_plugin_wrapper.go: the key of results",
    needs: [...needs, "a query"],
    run: async (world) => {
      const { answer, response } = await v1Answer(world);
      if (answer.status === unimplemented) return leftOut("the plugin has no data source of protocol 1");
      const seen = response?.results.map(({ refId }) => refId) ?? [];
      return expectThat(
        seen.join() === "A",
        "a result with refId A",
        response === undefined ? describeAnswer(answer) : JSON.stringify(seen),
        "copy refId from the query to its result, also when it fails",
      );
    },
  },
  {
    name: "v1.rows",
    fact: "A row of a table has a value for each column, and each value has a known kind.",
    source:
      "Plutono pkg/plugins/datasource/wrapper/datasource_plugin_wrapper.go: another kind fails the whole query",
    needs: [...needs, "a query"],
    run: async (world) => {
      const { response } = await v1Answer(world);
      const tables = response?.results.flatMap((result) => result.tables) ?? [];
      if (tables.length === 0) return leftOut("the query has no table: give another one with --query");
      for (const { columns, rows } of tables) {
        for (const { values } of rows) {
          if (values.length === columns.length && values.every(({ kind }) => kind >= 0 && kind <= lastKind))
            continue;
          return failed(
            `${columns.length} values of kinds 0 to ${lastKind}`,
            `${values.length} values of kinds ${values.map(({ kind }) => kind).join(", ")}`,
            "fill a cell without a value with TYPE_NULL",
          );
        }
      }
      return passed;
    },
  },
];

interface Answers {
  /** Of a method of protocol 2. */
  readonly other: RawAnswer;
  /** Of Query. */
  readonly answer: RawAnswer;
  readonly response: DatasourceResponse | undefined;
}

function v1Answer(world: World): Promise<Answers> {
  return world.once("v1", async () => {
    const plugin = await world.run({ versions: "1" });
    const other = await plugin.call({ rpc: "pluginv2.Diagnostics/CheckHealth", message: Buffer.alloc(0) });
    const request = create(DatasourceRequestSchema, {
      timeRange: { fromRaw: "0", toRaw: "now", fromEpochMs: 0n, toEpochMs: BigInt(Date.now()) },
      datasource: { id: 1n, orgId: 1n, name: "conformance", type: "conformance-datasource", jsonData: "{}" },
      queries: [{ refId: "A", maxDataPoints: 100n, intervalMs: 1000n, modelJson: world.options.query ?? "" }],
    });
    const answer = await plugin.call({
      rpc: "models.DatasourcePlugin/Query",
      message: toBinary(DatasourceRequestSchema, request),
    });
    const [message] = answer.messages;
    const isOk = answer.status === 0 && message !== undefined;
    return { other, answer, response: isOk ? fromBinary(DatasourceResponseSchema, message) : undefined };
  });
}
