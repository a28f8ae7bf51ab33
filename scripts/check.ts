// Runs everything that CI requires beside the tests. Each step is an npm script, so that it can run alone.
import { fileURLToPath } from "node:url";
import { runCommand } from "./run-command.ts";
import { runSteps } from "./run-steps.ts";

const scripts = [
  "lint",
  "typecheck",
  "readme:tests",
  "proto:lint",
  "proto:breaking",
  "generate:check",
  "vectors:check",
  "vectors:page",
  "build",
  "size",
  "package:check",
  "version:check",
  "check:languages",
  "check:arrow-readers",
  "check:bundlers",
  "licences",
  "advisories",
  "check:connect-node",
  "check:bun",
  "check:chromium",
  "soak:gateway",
  "check:gateway-clients",
];
const root = fileURLToPath(new URL("../", import.meta.url));

const failed = await runSteps(
  scripts.map((script) => ({
    name: script,
    run: async () => {
      const { ok, output } = await runCommand("npm", ["run", "--silent", script], root);
      if (!ok) throw new Error(output || `npm run ${script} printed nothing`);
      // Of a success only the lines are printed that name what this machine cannot check.
      return output
        .split("\n")
        .filter((line) => line.startsWith("left out: "))
        .join("; ");
    },
  })),
);
console.log(`${scripts.length - failed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
