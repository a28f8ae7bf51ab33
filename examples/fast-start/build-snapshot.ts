// Makes a plugin that starts from a snapshot: build-snapshot.ts <entry.ts> <folder>
import { chmod, mkdir, stat, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { build } from "esbuild";
import { launchPlugin, pluginExecutable } from "grafana-plugin-protocol/host";
import { decodeQueryData, v2 } from "grafana-plugin-protocol/v2";

const [entry = "snapshot-plugin.ts", target = "dist"] = process.argv.slice(2);
const folder = resolve(target);
const bundle = join(folder, "plugin.cjs");
const blob = join(folder, "plugin.blob");
await mkdir(folder, { recursive: true });
// A snapshot takes one CommonJS file.
await build({
  entryPoints: [entry],
  outfile: bundle,
  bundle: true,
  platform: "node",
  target: "node22",
  format: "cjs",
  conditions: process.execArgv.flatMap((flag) => /^--conditions=(.*)/.exec(flag)?.[1] ?? []),
});

// The process that builds the snapshot is a plugin, and this is its host. What the calls compile is in the snapshot.
const plugin = await launchPlugin({
  command: process.execPath,
  args: ["--snapshot-blob", blob, "--build-snapshot", bundle],
  protocols: [v2],
  onLog: ({ message, fields }) => console.error(message, fields),
});
const pluginContext = { pluginId: "fast", orgId: 1n };
// What your handlers expect: a query that fails compiles little of them.
const queries = [{ refId: "A", json: new TextEncoder().encode("{}"), timeRange: {} }];
for (let count = 0; count < 10; count++) {
  const outcomes = await decodeQueryData(await plugin.data.queryData({ pluginContext, queries }));
  for (const { error } of outcomes.values()) if (error !== undefined) throw error;
  await plugin.diagnostics.checkHealth({ pluginContext });
}
await plugin.close({ graceMs: 60_000 });
const { code } = await plugin.process.exited;
if (code !== 0)
  throw new Error(`expected the snapshot to be built, got exit code ${code}: see the lines above`);
await stat(blob);

// Hosts start this file. A snapshot runs on the Node that built it, and on no other.
const launcher = pluginExecutable(folder, "gpx_fast");
const script = `#!/bin/sh
folder=$(dirname -- "$(readlink -f -- "$0")")
exec "${process.execPath}" --snapshot-blob "$folder/plugin.blob" "$@"
`;
await writeFile(launcher, script);
await chmod(launcher, 0o755);
