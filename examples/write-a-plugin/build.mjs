// Makes dist/, the folder of the plugin: one file of JavaScript, plugin.json, and a launcher for each system.
import { chmodSync, copyFileSync } from "node:fs";
import { build } from "esbuild";

await build({
  entryPoints: ["plugin.ts"],
  outfile: "dist/plugin.mjs",
  bundle: true,
  platform: "node",
  target: "node22",
  format: "esm",
  // undici is CommonJS, which needs a require; an ES module has none.
  banner: {
    js: 'import { createRequire as makeRequire } from "node:module"; const require = makeRequire(import.meta.url);',
  },
});
copyFileSync("plugin.json", "dist/plugin.json");
for (const system of ["linux_amd64", "linux_arm64", "darwin_amd64", "darwin_arm64"]) {
  const launcher = `dist/gpx_greenhouse_${system}`;
  copyFileSync("launcher.sh", launcher);
  chmodSync(launcher, 0o755);
}
