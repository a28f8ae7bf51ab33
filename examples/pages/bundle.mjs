import { build } from "esbuild";

await build({
  entryPoints: [process.argv[2] ?? "plugin.ts"],
  outfile: process.argv[3] ?? "dist/plugin.mjs",
  bundle: true,
  platform: "node",
  target: "node22",
  format: "esm",
});
