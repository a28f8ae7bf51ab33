// The plugin on our own HTTP/2, which is the default.
import { implement, servePlugin } from "grafana-plugin-protocol/plugin";
import { v2 } from "grafana-plugin-protocol/v2";
import { answers } from "./answers.ts";

void servePlugin([implement(v2, answers)]);
