import { startupSnapshot } from "node:v8";
import { servePlugin } from "grafana-plugin-protocol/plugin";
import { majors } from "./majors.ts";

// While the snapshot is built, this process serves the host of `build-snapshot.ts`. It must not exit when that host
// closes it: Node writes the snapshot when nothing is left to do.
if (startupSnapshot.isBuildingSnapshot()) void servePlugin(majors, { ownsProcess: false });
startupSnapshot.setDeserializeMainFunction(() => void servePlugin(majors));
