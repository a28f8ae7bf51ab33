import assert from "node:assert/strict";
import { Code } from "@connectrpc/connect";
import type { PluginClient } from "grafana-plugin-protocol";
import {
  DataFrameFormat,
  type DataResponse,
  decodeDataResponse,
  PublishStreamResponse_Status as PublishStatus,
  type QueryOutcome,
  type v2,
} from "grafana-plugin-protocol/v2";
import { rejectsWithConnectError } from "../helpers/rejection.ts";
import type { Age, Feature } from "./ages.ts";
import { bytesOf, type Case } from "./case.ts";
import { casesV2, missingServicesCases, pluginContext } from "./cases-v2.ts";

type Client = PluginClient<typeof v2>;

const from = 1_700_000_000_000n;
const headers = { "http_X-Fixture": "yes", FromAlert: "true" };
const largeBytes = 15 << 20;

/** What each case of the matrix needs; `"replaced"` are those that `queryCases` has for all ages. */
const needs: readonly (readonly [RegExp, Feature | "any" | "replaced" | "not in every SDK"])[] = [
  [/^(cancel|deadline|17 MiB request|CallResource|metadata|CheckHealth: well|CollectMetrics)/, "any"],
  [/^CheckHealth: ill/, "headers of CheckHealth"],
  [/^(Subscribe|Run)Stream/, "streams"],
  [/^PublishStream/, "data of PublishStream"],
  [/^(QueryData|15 MiB)/, "replaced"],
  [/^(status details|QueryChunkedData|ValidateAdmission|MutateAdmission|ConvertObjects)/, "not in every SDK"],
];

/** What our host does with the old fixture plugin: the cases of the matrix, as far as that age has what they are about. */
export function casesOfAge(age: Age): readonly Case<Client>[] {
  const isMissing = ({ name }: Case<Client>): boolean =>
    /: (ValidateAdmission|MutateAdmission|ConvertObjects) is/.test(name) ||
    (/Stream is/.test(name) && !age.knows.has("streams")) ||
    (/QueryChunkedData is/.test(name) && !age.knows.has("QueryChunkedData"));
  return [
    ...queryCases(age),
    ...(age.knows.has("streams") && !age.knows.has("data of PublishStream") ? [publishWithoutData] : []),
    ...casesV2.filter(({ name }) => {
      const need = needs.find(([pattern]) => pattern.test(name))?.[1];
      assert.ok(need, `say in ages-cases.ts which age of plugins has what "${name}" needs`);
      return need === "any" || age.knows.has(need as Feature);
    }),
    ...missingServicesCases.filter(isMissing),
  ];
}

/** Sends one request, and has our reader decode what the old SDK wrote. */
async function ask(
  client: Client,
  instructions: Readonly<Record<string, Readonly<Record<string, unknown>>>>,
  format = DataFrameFormat.ARROW,
): Promise<{ readonly sent: DataResponse | undefined; readonly read: QueryOutcome }[]> {
  const queries = Object.entries(instructions).map(([refId, instruction]) => ({
    refId,
    maxDataPoints: 100n,
    intervalMS: 60_000n,
    timeRange: { fromEpochMS: from, toEpochMS: from + 3_600_000n },
    json: bytesOf(JSON.stringify(instruction)),
    queryType: "fixture",
  }));
  const { responses } = await client.data.queryData({ pluginContext, headers, queries, format });
  return Promise.all(
    Object.keys(instructions).map(async (refId) => {
      const sent = responses[refId];
      assert.ok(sent, `expected a response of ${refId}`);
      return { sent, read: await decodeDataResponse(refId, sent) };
    }),
  );
}

function columnsOf(read: QueryOutcome | undefined) {
  assert.equal(read?.error, undefined);
  assert.equal(read?.frames.length, 1);
  return read?.frames[0]?.fields.map(({ name, kind, values }) => ({ name, kind, values: [...values] }));
}

function seriesColumns(rows: number) {
  const indices = Array.from({ length: rows }, (_, i) => i);
  return [
    { name: "time", kind: "time", values: indices.map((i) => (from + BigInt(i) * 60_000n) * 1_000_000n) },
    { name: "value", kind: "float64", values: indices.map((i) => i * 0.5) },
    { name: "place", kind: "string", values: indices.map((i) => `p${i % 2}`) },
  ];
}

/** These SDKs do not give the handler what was published. */
const publishWithoutData: Case<Client> = {
  name: "PublishStream: each status; the plugin never sees the data",
  run: async (client) => {
    const publish = (path: string) =>
      client.stream.publishStream({ pluginContext, path, data: bytesOf('{"a":1}') });
    const ok = await publish("ok");
    assert.equal(ok.status, PublishStatus.OK);
    assert.equal(ok.data.length, 0);
    assert.equal((await publish("missing")).status, PublishStatus.NOT_FOUND);
    assert.equal((await publish("secret")).status, PublishStatus.PERMISSION_DENIED);
  },
};

function queryCases({ knows }: Age): readonly Case<Client>[] {
  return [
    {
      name: "QueryData: every field of the request that this SDK knows arrives",
      run: async (client) => {
        const [answer] = await ask(client, { A: { do: "echo" } });
        const [column] = columnsOf(answer?.read) ?? [];
        assert.deepEqual(JSON.parse(String(column?.values[0])), {
          ...(knows.has("format of frames") ? { format: "ARROW" } : {}),
          from: "1700000000000",
          headers,
          intervalMs: "60000",
          login: "ada",
          maxDataPoints: "100",
          orgId: "7",
          queryType: "fixture",
          refId: "A",
          secret: "s3cret",
          to: "1700003600000",
          ...(knows.has("uid of a data source") ? { uid: "ds-1" } : {}),
        });
      },
    },
    ...[0, 5].map((rows) => ({
      name: `QueryData: our reader reads its frame of ${rows} rows exactly`,
      run: async (client: Client) => {
        const [answer] = await ask(client, { A: { do: "series", rows } });
        assert.deepEqual(columnsOf(answer?.read), seriesColumns(rows));
      },
    })),
    {
      name: knows.has("format of frames")
        ? "QueryData: asked for JSON, it sends JSON"
        : "QueryData: asked for JSON, it sends Arrow and says so",
      run: async (client) => {
        const [answer] = await ask(client, { A: { do: "series", rows: 5 } }, DataFrameFormat.JSON);
        const expected = knows.has("format of frames") ? DataFrameFormat.JSON : DataFrameFormat.ARROW;
        assert.equal(answer?.sent?.format, expected);
        assert.deepEqual(columnsOf(answer?.read), seriesColumns(5));
      },
    },
    {
      name: "QueryData: a failing query leaves its neighbour alone",
      run: async (client) => {
        const [failing, fine] = await ask(client, { A: { do: "fail" }, B: { do: "series", rows: 1 } });
        assert.equal(failing?.read.error?.message, "boom");
        assert.equal(failing?.sent?.status, knows.has("status of a response") ? 400 : 0);
        assert.equal(failing?.sent?.errorSource, knows.has("status of a response") ? "downstream" : "");
        assert.equal(fine?.sent?.status, knows.has("status of a response") ? 200 : 0);
        assert.deepEqual(columnsOf(fine?.read), seriesColumns(1));
      },
    },
    {
      name: "QueryData: a failing call is Unknown with its message",
      run: async (client) => {
        const error = await rejectsWithConnectError(ask(client, { A: { do: "reject" } }), Code.Unknown);
        assert.equal(error.rawMessage, "rejected");
      },
    },
    {
      name: "15 MiB request",
      run: async (client) => {
        const [answer] = await ask(client, { A: { do: "series", rows: 1, pad: "x".repeat(largeBytes) } });
        assert.deepEqual(columnsOf(answer?.read), seriesColumns(1));
      },
    },
    {
      name: "15 MiB response",
      run: async (client) => {
        const [answer] = await ask(client, { A: { do: "bytes", bytes: largeBytes } });
        const [column] = columnsOf(answer?.read) ?? [];
        assert.equal(String(column?.values[0]).length, largeBytes);
      },
    },
  ];
}
