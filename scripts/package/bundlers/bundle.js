// Runs one bundler: node bundle.js <name> <entry> <outfile>. Each makes one ES module for Node.
import { basename, dirname, resolve } from "node:path";

const [name, entry = "", outfile = ""] = process.argv.slice(2);
const folder = resolve(dirname(outfile));
const filename = basename(outfile);

async function withRollup() {
  const { rollup } = await import("rollup");
  const { nodeResolve } = await import("@rollup/plugin-node-resolve");
  const bundle = await rollup({
    input: entry,
    external: /^node:/,
    plugins: [nodeResolve({ exportConditions: ["node"] })],
    onwarn: () => {},
  });
  await bundle.write({ file: outfile, format: "es", inlineDynamicImports: true });
  await bundle.close();
}

async function withRolldown() {
  const { rolldown } = await import("rolldown");
  const bundle = await rolldown({ input: entry, platform: "node", logLevel: "silent" });
  await bundle.write({ file: outfile, format: "esm", codeSplitting: false });
  await bundle.close();
}

async function withEsbuild() {
  const { build } = await import("esbuild");
  await build({
    entryPoints: [entry],
    outfile,
    bundle: true,
    platform: "node",
    target: "node22",
    format: "esm",
  });
}

async function withVite() {
  const { build } = await import("vite");
  await build({
    configFile: false,
    logLevel: "silent",
    ssr: { noExternal: true },
    build: {
      ssr: entry,
      outDir: folder,
      emptyOutDir: false,
      target: "node22",
      rollupOptions: { output: { entryFileNames: filename } },
    },
  });
}

/** webpack, and Rspack, which has the same interface. */
async function withWebpack({ default: module, rspack }) {
  const compiler = (rspack ?? module)({
    mode: "production",
    target: "node22",
    entry: resolve(entry),
    experiments: { outputModule: true },
    output: { path: folder, filename, module: true, library: { type: "module" } },
  });
  const stats = await new Promise((done, fail) => {
    compiler.run((error, result) => (error ? fail(error) : done(result)));
  });
  if (stats.hasErrors()) throw new Error(stats.toString({ all: false, errors: true }));
}

switch (name) {
  case "esbuild":
    await withEsbuild();
    break;
  case "rolldown":
    await withRolldown();
    break;
  case "rollup":
    await withRollup();
    break;
  case "rspack":
    await withWebpack(await import("@rspack/core"));
    break;
  case "vite":
    await withVite();
    break;
  case "webpack":
    await withWebpack(await import("webpack"));
    break;
  default:
    throw new Error(`expected the name of a bundler, got "${name}"`);
}
