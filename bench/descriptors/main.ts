// What our way of writing descriptors (scripts/proto/inline-descriptors.ts) saves beside what protoc-gen-es writes by
// itself: the size of a plugin's bundle, and the time from the start of a process until the bundle is loaded.
import { execFileSync } from "node:child_process";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { dirname, join, relative, resolve } from "node:path";
import { parseArgs } from "node:util";
import { build, type Plugin } from "esbuild";
import { runTool } from "../../scripts/proto/run-tool.ts";
import { wholeNumber } from "../../test/helpers/whole-number.ts";
import { type BenchLine, formatTable, median } from "../report.ts";

const root = join(import.meta.dirname, "..", "..");
const generated = join(root, "gen", "es");
/** Inside the repository, so that `@bufbuild/protobuf` resolves. */
const folder = join(root, ".build", "bench-descriptors");
const stock = join(folder, "gen");

const v2 = `import { v2 } from "grafana-plugin-protocol/v2"; globalThis.kept = v2;`;
const programs: Readonly<Record<string, { readonly source: string; readonly external?: string[] }>> = {
  "a plugin": {
    source: `import { servePlugin } from "grafana-plugin-protocol/plugin";
    import { v2 } from "grafana-plugin-protocol/v2";
    globalThis.kept = [servePlugin, v2];`,
  },
  "./v2 alone": { source: v2 },
  "./v2, protobuf-es not bundled": { source: v2, external: ["@bufbuild/*", "@connectrpc/*"] },
};

/** Resolves what is imported from gen/es to the output of protoc-gen-es. */
const stockDescriptors: Plugin = {
  name: "stock-descriptors",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /gen\/es\// }, ({ path, resolveDir }) => {
      const found = relative(generated, resolve(resolveDir, path));
      if (!found.endsWith("descriptor-file.js")) return { path: join(stock, "es", found) };
      return { path: join(stock, "es", dirname(found)), namespace: "descriptor-file" };
    });
    onLoad({ filter: /.*/, namespace: "descriptor-file" }, () => ({
      contents: `import { file_google_protobuf_descriptor } from "@bufbuild/protobuf/wkt";
        export const descriptorFile = () => file_google_protobuf_descriptor;`,
      resolveDir: root,
    }));
  },
};

const { values } = parseArgs({
  options: { rounds: { type: "string", default: "31" }, json: { type: "boolean", default: false } },
});
const rounds = wholeNumber("--rounds", values.rounds, 1);
await rm(folder, { recursive: true, force: true });
await mkdir(folder, { recursive: true });
await runTool("buf", ["generate", "--output", stock], root);

const rows: string[][] = [];
for (const [name, { source, external = [] }] of Object.entries(programs)) {
  const ours = await bundle(name, source, external, []);
  const other = await bundle(`${name} stock`, source, external, [stockDescriptors]);
  const times = Array.from({ length: rounds }, () => ({ ours: load(ours.path), other: load(other.path) }));
  const ratio = median(times.map((pair) => pair.ours / pair.other));
  if (values.json) {
    const line: BenchLine = {
      bench: "descriptors",
      case: `${name}: load vs protoc-gen-es' output`,
      ratio: Number(ratio.toPrecision(3)),
      target: 1,
      better: "lower",
    };
    console.log(JSON.stringify(line));
  }
  rows.push(
    [
      name,
      "ours",
      size(ours.bytes),
      `${median(times.map((pair) => pair.ours)).toFixed(1)} ms`,
      ratio.toFixed(2),
    ],
    [
      name,
      "protoc-gen-es",
      size(other.bytes),
      `${median(times.map((pair) => pair.other)).toFixed(1)} ms`,
      "1",
    ],
  );
}
if (!values.json) {
  console.log(formatTable(["bundle", "descriptors", "size", "until loaded", "ratio"], rows));
}

async function bundle(
  name: string,
  source: string,
  external: string[],
  plugins: Plugin[],
): Promise<{ readonly path: string; readonly bytes: number }> {
  const path = join(folder, `${name.replaceAll(/\W+/g, "-")}.mjs`);
  const { outputFiles } = await build({
    stdin: { contents: source, resolveDir: root },
    bundle: true,
    minify: true,
    platform: "node",
    format: "esm",
    conditions: ["grafana-plugin-protocol-source"],
    write: false,
    external,
    plugins,
  });
  const [file] = outputFiles;
  if (file === undefined) throw new Error("expected one output of esbuild, got none");
  await writeFile(path, file.contents);
  return { path, bytes: file.contents.length };
}

/** Milliseconds of a process that loads the bundle, from its start as Node counts it. */
function load(path: string): number {
  const code = `await import(${JSON.stringify(path)}); console.log(performance.now()); process.exit(0)`;
  return Number(execFileSync(process.execPath, ["--input-type=module", "--eval", code]).toString());
}

function size(bytes: number): string {
  return `${(bytes / 1000).toFixed(0)} kB`;
}
