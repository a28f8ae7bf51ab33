/** A plugin that logs at each health check, and leaves a mark in the file of its first argument when it exits. */
import { writeFileSync } from "node:fs";
import { createLogger, implement, servePlugin } from "grafana-plugin-protocol/plugin";
import { v2 } from "grafana-plugin-protocol/v2";

const [, , mark = ""] = process.argv;
const log = createLogger().with({ number: 12 });
process.on("exit", () => writeFileSync(mark, "cleaned up"));

await servePlugin([
  implement(v2, {
    diagnostics: {
      checkHealth: () => {
        for (const text of ["short", "x".repeat(100_000)]) {
          log.warn("from TypeScript", { text });
        }
        return { status: 1, message: "logged" };
      },
    },
  }),
]);
