import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { cp, glob, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";
import { generate } from "../../scripts/proto/generate.ts";
import { runTool } from "../../scripts/proto/run-tool.ts";
import { createScratch, type Scratch } from "../proto/scratch.ts";

const run = promisify(execFile);

/** Where a new handshake version may leave traces: folders of its own, and the lists that name each major. */
const allowed = [
  /^(proto|src|test)\/v9\//,
  /^gen\/(es|ts-proto)\/v9\//,
  /^src\/ts-proto\/v9\//,
  /^(buf\.yaml|buf\.gen\.yaml|package\.json)$/,
];

test("a new handshake version touches only folders of its own and the lists of majors, and runs end to end", async () => {
  await using scratch = await createScratch(["gen", "src", "package.json", "tsconfig.json"]);
  const { root } = scratch;
  const before = await contentsOf(root);

  await cp(join(import.meta.dirname, "synthetic"), root, { recursive: true });
  await addToLists(scratch);
  await generate(root);

  await runTool("buf", ["lint"], root);
  await runTool("tsc", ["--project", "tsconfig.json"], root);
  const conditions = "--conditions=grafana-plugin-protocol-source";
  const { stdout } = await run(process.execPath, [conditions, "test/v9/host.ts"], { cwd: root });
  assert.equal(stdout, "major 9 runs end to end\n");

  const after = await contentsOf(root);
  const touched = [...new Set([...before.keys(), ...after.keys()])].filter(
    (file) => before.get(file) !== after.get(file),
  );
  assert.ok(touched.length > 5, `expected the files of a major, got ${touched.join(", ")}`);
  assert.deepEqual(
    touched.filter((file) => !allowed.some((pattern) => pattern.test(file))),
    [],
  );
});

/** The lists: modules of buf, outputs of the generators, and subpaths of the package. */
async function addToLists(scratch: Scratch): Promise<void> {
  await scratch.edit("buf.yaml", "modules:\n", "modules:\n  - path: proto/v9\n");
  const es = "  - { local: protoc-gen-es, out: es/v9, opt: *es, strategy: all, types: [echoes] }\n";
  const tsProto =
    "  - { local: protoc-gen-ts_proto, out: ts-proto/v9, opt: *ts-proto, strategy: all, types: [echoes] }\n";
  const lastPlugin = "    types: [grafana.plugin.v3]\n";
  await scratch.edit(
    "buf.gen.yaml",
    `    opt: *ts-proto\n    strategy: all\n${lastPlugin}`,
    `    opt: *ts-proto\n    strategy: all\n${lastPlugin}${es}${tsProto}`,
  );
  const entries = ["v9", "ts-proto/v9"].map(
    (major) => `"./${major}": { "grafana-plugin-protocol-source": "./src/${major}/index.ts" }, `,
  );
  await scratch.edit("package.json", '"exports": {', `"exports": { ${entries.join("")}`);
}

async function contentsOf(folder: string): Promise<Map<string, string>> {
  const contents = new Map<string, string>();
  for await (const file of glob("**/*", { cwd: folder, exclude: ["node_modules", ".build"] })) {
    const path = join(folder, file);
    if ((await stat(path)).isFile()) contents.set(file, await readFile(path, "base64"));
  }
  return contents;
}
