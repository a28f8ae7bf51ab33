/** A plugin that logs at each health check, and leaves a mark in the file of its first argument when it exits. */
import { writeFileSync } from "node:fs";
import { formatLogLine } from "grafana-plugin-protocol/go-plugin";
import { implement, servePlugin } from "grafana-plugin-protocol/plugin";
import { v2 } from "grafana-plugin-protocol/v2";

const [, , mark = ""] = process.argv;
process.on("exit", () => writeFileSync(mark, "cleaned up"));

await servePlugin([
  implement(v2, {
    diagnostics: {
      checkHealth: () => {
        for (const text of ["short", "x".repeat(100_000)]) {
          const fields = { number: 12, text };
          process.stderr.write(`${formatLogLine({ level: "warn", message: "from TypeScript", fields })}\n`);
        }
        return { status: 1, message: "logged" };
      },
    },
  }),
]);
