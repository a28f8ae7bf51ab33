import { createLogger } from "grafana-plugin-protocol/plugin";
import { createInMemoryPlugin } from "grafana-plugin-protocol/testing";
import { answerResource, errorSourceOf, QueryError, v2 } from "grafana-plugin-protocol/v2";

const log = createLogger({ name: "weather", level: "warn" });

const plugin = createInMemoryPlugin(v2, {
  resource: {
    async *callResource({ path, pluginContext }) {
      const { debug } = log.with({ orgId: pluginContext?.orgId, path });
      debug("a resource was asked for", { at: new Date() }); // below "warn": not written
      if (path === "cities") yield* answerResource({ body: ["Oslo", "Rome"] });
      else if (path === "old") yield* answerResource({ code: 301, headers: { Location: "cities" } });
      else yield* answerResource({ code: 404, body: `nothing at ${path}` });
    },
  },
  stream: {
    subscribeStream() {
      throw new QueryError("the database is down", { errorSource: "downstream" });
    },
  },
});

for (const path of ["cities", "old", "else"]) {
  for await (const { code, headers, body } of plugin.resource.callResource({ path })) {
    console.log(code, Object.keys(headers)[0], `"${new TextDecoder().decode(body)}"`);
  }
}
// → 200 Content-Type "["Oslo","Rome"]"
// → 301 Location ""
// → 404 Content-Type "nothing at else"

const failure = await plugin.stream.subscribeStream({}).catch((reason: unknown) => reason);
console.log(errorSourceOf(failure), String(failure)); // → downstream ConnectError: [unknown] the database is down
