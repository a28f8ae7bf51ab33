import type { DataResponse } from "grafana-plugin-protocol/v2";
import { type Check, expectThat, leftOut, type Outcome } from "../check.ts";
import { mixedAnswer } from "../query-answers.ts";
import { describeAnswer } from "../wire/describe-answer.ts";
import type { World } from "../world.ts";

/** What an error says, and what it leaves alone. */
export const errorChecks: readonly Check[] = [
  {
    name: "errors.one-of-several",
    fact: "A query that fails is an error of its own response; the others get their answers.",
    source: "SDK backend/data.go, DataResponse.Error; an error of the whole call is HTTP 500",
    needs: ["Data/QueryData"],
    run: async (world) => {
      const { answer, responses } = await mixedAnswer(world);
      const wanted = world.options.query === undefined ? ["B"] : ["A", "B"];
      const isRight =
        wanted.every((refId) => responses[refId] !== undefined) && (responses["A"]?.error ?? "") === "";
      const seen = `${describeAnswer(answer)} with responses ${JSON.stringify(Object.keys(responses))}${responses["A"]?.error ? `, and A failed: ${responses["A"].error}` : ""}`;
      return expectThat(
        isRight,
        `a response for ${wanted.join(" and ")}, the error in that of B`,
        seen,
        "catch what one query throws, and put its text into the response of that refId",
      );
    },
  },
  {
    name: "errors.status",
    fact: "The response of a failed query has a status from 400 to 599; 207 says that parts succeeded, and 2xx that all did.",
    source: "SDK backend/status.go; a host reads the status of each response",
    needs: ["Data/QueryData"],
    run: (world) =>
      ofFailed(world, ({ status }) =>
        expectThat(
          // 0 is what SDKs before statuses send. It is the subject of frames.status.
          status === 0 || (status >= 400 && status <= 599),
          "a status from 400 to 599",
          String(status),
          "send 400 for a query that is wrong, 500 for a fault of the plugin, 502 or 504 for one of its source",
        ),
      ),
  },
  {
    name: "errors.source",
    fact: "The error source of a failed query is plugin or downstream, or absent.",
    source: "SDK backend/error_source.go",
    needs: ["Data/QueryData"],
    run: (world) =>
      ofFailed(world, ({ errorSource }) =>
        expectThat(
          ["", "plugin", "downstream"].includes(errorSource),
          "plugin, downstream or nothing",
          JSON.stringify(errorSource),
          "send downstream if the data source or the query is at fault, else plugin",
        ),
      ),
  },
  {
    name: "errors.message",
    fact: "The text of a gRPC error is percent-encoded: grpc-message has printable ASCII only.",
    source: "gRPC over HTTP/2, Status-Message",
    run: async (world) => {
      const plugin = await world.shared();
      const answer = await plugin.call({ rpc: "conformance.Absent/Message", message: Buffer.alloc(0) });
      return expectThat(
        /^[ -~]*$/.test(answer.text),
        "printable ASCII",
        JSON.stringify(answer.text),
        "percent-encode the UTF-8 of the text, and % itself",
      );
    },
  },
];

async function ofFailed(world: World, look: (response: DataResponse) => Outcome): Promise<Outcome> {
  const { responses } = await mixedAnswer(world);
  const response = responses["B"];
  if (response === undefined) return leftOut("the call failed as a whole: see errors.one-of-several");
  if (response.error === "")
    return leftOut("the plugin answered the bad query: give one with --bad-query FILE");
  return look(response);
}
