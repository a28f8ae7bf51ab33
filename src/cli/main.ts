#!/usr/bin/env node
// The command line of the package: grafana-plugin-protocol <command>.
import { runCommandLine } from "./run-command-line.ts";
import { isUsageError } from "./usage-error.ts";

const say = (stream: NodeJS.WriteStream, text: string): void => {
  stream.write(`${text}\n`);
};
// A reader that has gone, such as "head", is no reason to end.
for (const stream of [process.stdout, process.stderr]) stream.on("error", () => {});

const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
if (major < 22 || (major === 22 && minor < 12)) {
  say(process.stderr, `grafana-plugin-protocol: expected Node 22.12 or newer, got ${process.versions.node}`);
  process.exit(1);
}
try {
  process.exitCode = await runCommandLine(process.argv.slice(2), {
    print: (line) => say(process.stdout, line),
    printError: (line) => say(process.stderr, line),
  });
} catch (error) {
  if (!isUsageError(error)) throw error;
  say(process.stderr, `grafana-plugin-protocol: ${error.message}`);
  process.exitCode = 2;
}
