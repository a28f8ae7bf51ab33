import { servePlugin } from "grafana-plugin-protocol/plugin";
import { majors } from "./majors.ts";

// Without `await`, so that it can be bundled as CommonJS.
void servePlugin(majors);
