// Runs the suites that have to pass with each transport on connect-node, where our own is the default.
import { fileURLToPath } from "node:url";
import { runCommand } from "./run-command.ts";
import { runSteps } from "./run-steps.ts";

const condition = "--conditions=grafana-plugin-protocol-source";
const steps: Readonly<Record<string, readonly string[]>> = {
  "interop matrix": [
    condition,
    "--test",
    "--test-global-setup=test/setup.ts",
    "--test-reporter=dot",
    "test/interop/matrix.test.ts",
  ],
  chaos: [condition, "test/chaos/main.ts", "--seconds", "20", "--starts", "50", "--seed", "1", "--json"],
};
const root = fileURLToPath(new URL("../", import.meta.url));

process.env["TEST_TRANSPORT"] = "connect-node";
const failed = await runSteps(
  Object.entries(steps).map(([name, args]) => ({
    name: `${name} by connect-node`,
    run: async () => {
      const { ok, output } = await runCommand(process.execPath, args, root);
      if (!ok) throw new Error(output);
      return "";
    },
  })),
);
process.exitCode = failed === 0 ? 0 : 1;
