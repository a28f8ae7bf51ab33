import {
  classifyError,
  downstream,
  errorSourceFromHttpStatus,
  withErrorSources,
} from "grafana-plugin-protocol/sdk";
import { createInMemoryPlugin } from "grafana-plugin-protocol/testing";
import { answerQueries, errorSourceOf, QueryError, v2 } from "grafana-plugin-protocol/v2";

// What the runtime throws is classified by its code, its cause and its name.
const refused = Object.assign(new Error("connect ECONNREFUSED"), { code: "ECONNREFUSED" });
console.log(
  classifyError(new TypeError("fetch failed", { cause: refused })),
  classifyError(new Error("a bug")),
);
// → downstream plugin

const plugin = createInMemoryPlugin(
  v2,
  withErrorSources({
    data: {
      queryData: (request) =>
        answerQueries(request, ({ refId }) => {
          if (refId === "A") throw refused;
          // An answer of a service: 404 is the user's query, 406 a header that the plugin sent.
          const status = refId === "B" ? 404 : 406;
          throw new QueryError("no answer", { status, errorSource: errorSourceFromHttpStatus(status) });
        }),
    },
    diagnostics: {
      checkHealth: () => {
        throw downstream(new Error("the quota is exceeded"));
      },
    },
  }),
);

const queries = ["A", "B", "C"].map((refId) => ({ refId }));
const { responses } = await plugin.data.queryData({ queries });
for (const [refId, { status, errorSource }] of Object.entries(responses)) {
  console.log(refId, status, errorSource);
}
// → A 502 downstream
// → B 404 downstream
// → C 406 plugin

await plugin.diagnostics.checkHealth({}).catch((error: unknown) => {
  console.log(errorSourceOf(error), String(error));
});
// → downstream ConnectError: [unknown] the quota is exceeded
