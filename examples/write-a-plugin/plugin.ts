import { servePlugin } from "grafana-plugin-protocol/plugin";
import { greenhouse } from "./data-source.ts";

await servePlugin([greenhouse]);
