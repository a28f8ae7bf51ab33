import type { HandlerCall } from "grafana-plugin-protocol/sdk";
import { Hono } from "hono";
import type { ExchangeApi } from "./exchange-api.ts";

/** What the routes need of a call. */
export type ResourceCall = Pick<
  HandlerCall<{ readonly api: ExchangeApi }, unknown>,
  "context" | "instance" | "signal"
>;

/** What the query editor asks for: `GET /symbols`, all or those of `?search=…`, and `GET /symbols/:symbol`. */
export function createResources(): Hono<{ Bindings: ResourceCall }> {
  const app = new Hono<{ Bindings: ResourceCall }>();
  app.get("/symbols", async ({ env, req, json }) => {
    const search = (req.query("search") ?? "").toLowerCase();
    const listed = await env.instance.api.symbols(env);
    return json(listed.filter(({ name }) => name.toLowerCase().includes(search)).map(({ symbol }) => symbol));
  });
  app.get("/symbols/:symbol", async ({ env, req, json }) => {
    const listed = await env.instance.api.symbols(env);
    const found = listed.find(({ symbol }) => symbol === req.param("symbol"));
    return found === undefined ? json({ message: "no such symbol" }, 404) : json(found);
  });
  return app;
}
