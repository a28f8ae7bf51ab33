import { implement } from "grafana-plugin-protocol/plugin";
import {
  answerResource,
  type CallResourceRequest,
  type QueryDataRequest,
  v2,
} from "grafana-plugin-protocol/v2";

const body = new Uint8Array();

// Its answers have different headers, and no type says what they are for.
async function* callResource({ path }: CallResourceRequest) {
  if (path === "text") yield { code: 200, headers: { "Content-Type": { values: ["text/plain"] } }, body };
  else if (path === "else") yield { headers: { Location: { values: ["a", "b"] } } };
  else
    yield* answerResource({
      code: 404,
      headers: { "X-Why": "because", "X-Both": ["a", "b"] },
      body: { a: 1 },
    });
}

implement(v2, { resource: { callResource } });
implement(v2, { resource: { callResource: () => answerResource({ body: "text" }) } });

// The same of the maps of other answers.
function queryData({ queries }: QueryDataRequest) {
  return queries.length > 1 ? { responses: { A: { status: 200 } } } : { responses: { B: { error: "no" } } };
}

implement(v2, { data: { queryData } });
implement(v2, { data: { queryData: async (request) => queryData(request) } });

implement(v2, {
  resource: {
    // @ts-expect-error: the values of a header are a list
    async *callResource() {
      yield { code: 200, headers: { "Content-Type": { values: "text/plain" } } };
    },
  },
});
