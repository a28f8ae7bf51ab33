import { type ResourceEnv, serveResources } from "grafana-plugin-protocol/sdk";
import { createInMemoryPlugin } from "grafana-plugin-protocol/testing";
import { v2 } from "grafana-plugin-protocol/v2";
import { Hono } from "hono";

const app = new Hono<{ Bindings: ResourceEnv }>();
app.get("/cities/:name", (c) => c.json({ city: c.req.param("name"), user: c.env.context.user?.login }));
app.get("/log", () => {
  const lines = new ReadableStream<string>({
    start: (controller) => {
      for (const line of ["one\n", "two\n"]) controller.enqueue(line);
      controller.close();
    },
  });
  return new Response(lines.pipeThrough(new TextEncoderStream()), {
    headers: { "Content-Type": "text/plain" },
  });
});

const plugin = createInMemoryPlugin(v2, {
  resource: { callResource: serveResources((request, env) => app.fetch(request, env)) },
});

async function get(path: string): Promise<void> {
  const pluginContext = { user: { login: "ada" } };
  for await (const { code, headers, body } of plugin.resource.callResource({ path, pluginContext })) {
    const type = headers["Content-Type"]?.values[0] ?? "";
    console.log(code, type, JSON.stringify(new TextDecoder().decode(body)));
  }
}

await get("cities/Oslo");
await get("log");
await get("nothing");
// → 200 application/json "{\"city\":\"Oslo\",\"user\":\"ada\"}"
// → 200 text/plain "one\n"
// → 0  "two\n"
// → 404 text/plain; charset=UTF-8 "404 Not Found"
