import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { launchPlugin } from "grafana-plugin-protocol/host";
import { implement, servePlugin } from "grafana-plugin-protocol/plugin";
import { proxyTo, queryCache, requireAccess, serveResources } from "grafana-plugin-protocol/sdk";
import { v2 } from "grafana-plugin-protocol/v2";

if (process.argv.includes("--plugin")) {
  let answered = 0;
  const resources = requireAccess(
    { role: "Editor" },
    proxyTo(process.env["API_URL"] ?? "", {
      allowPaths: ["/users/*"],
      headers: { Authorization: "Bearer api" },
    }),
  );
  const plugin = implement(v2, {
    data: {
      queryData: ({ queries }) => {
        answered += queries.length;
        const json = new TextEncoder().encode(JSON.stringify({ answered }));
        return {
          responses: Object.fromEntries(queries.map(({ refId }) => [refId, { status: 200, jsonMeta: json }])),
        };
      },
    },
    resource: { callResource: serveResources(resources) },
  });
  await servePlugin([plugin], { interceptors: [queryCache({ ttlMs: 60_000 })] });
} else {
  const api = createServer((request, response) => {
    response.end(`${request.url} with ${request.headers.authorization}`);
  }).listen(0, "127.0.0.1");
  await new Promise((resolve) => api.once("listening", resolve));

  const plugin = await launchPlugin({
    command: process.execPath,
    args: [...process.execArgv, import.meta.filename, "--plugin"],
    env: { API_URL: `http://127.0.0.1:${(api.address() as AddressInfo).port}/v1` },
    protocols: [v2],
  });

  // The second call asks for one query more, and only that one reaches the plugin.
  for (const refIds of [
    ["A", "B"],
    ["A", "B", "C"],
  ]) {
    const queries = refIds.map((refId) => ({ refId }));
    const { responses } = await plugin.data.queryData({ queries });
    console.log(Object.values(responses).map(({ jsonMeta }) => new TextDecoder().decode(jsonMeta)));
  }

  for (const [role, path] of [
    ["Viewer", "users/1"],
    ["Editor", "users/1"],
    ["Editor", "admin"],
  ] as const) {
    const pluginContext = { user: { login: "ada", role } };
    let text = "";
    for await (const { code, body } of plugin.resource.callResource({ path, url: path, pluginContext })) {
      if (code > 0) text += `${code} `;
      text += new TextDecoder().decode(body);
    }
    console.log(text);
  }
  await plugin.close();
  api.close();
}
// → [ '{"answered":2}', '{"answered":2}' ]
// → [ '{"answered":2}', '{"answered":2}', '{"answered":3}' ]
// → 403 {"message":"expected the role Editor or a higher one"}
// → 200 /v1/users/1 with Bearer api
// → 403 {"message":"the path is not allowed"}
