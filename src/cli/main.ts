#!/usr/bin/env node
// The command line of the package: grafana-plugin-protocol <command>.
import { isUsageError } from "./conformance/usage-error.ts";
import { runCommandLine } from "./run-command-line.ts";

const say = (stream: NodeJS.WriteStream, text: string): void => {
  stream.write(`${text}\n`);
};

try {
  process.exitCode = await runCommandLine(process.argv.slice(2), {
    print: (line) => say(process.stdout, line),
  });
} catch (error) {
  if (!isUsageError(error)) throw error;
  say(process.stderr, `grafana-plugin-protocol: ${error.message}`);
  process.exitCode = 2;
}
