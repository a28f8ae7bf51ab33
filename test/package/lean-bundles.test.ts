/** What a bundle of a public subpath evaluates at once, when it holds all that the subpath exports. */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { build, type Metafile } from "esbuild";
import { packageRoot } from "../../scripts/proto/run-tool.ts";

interface Manifest {
  readonly exports: Readonly<Record<string, string | Readonly<Record<string, string>>>>;
}

const source = "grafana-plugin-protocol-source";
/** protobuf-es' descriptor of descriptor.proto, and what makes it. */
const descriptorProto = /codegenv2\/boot\.js$|google\/protobuf\/descriptor_pb\.js$/;
/** They export connect-node's transport or use Connect's, and the JSON of Connect's errors needs google.protobuf.Any. */
const withConnect = ["./transport", "./testing"];

const manifest: Manifest = JSON.parse(await readFile(join(packageRoot, "package.json"), "utf8"));
for (const [subpath, entry] of Object.entries(manifest.exports)) {
  const file = typeof entry === "string" ? undefined : entry[source];
  if (file === undefined) continue;
  const expected = withConnect.includes(subpath) ? "evaluates" : "does not evaluate";

  test(`a bundle of "${subpath}" ${expected} the descriptors of descriptor.proto`, async () => {
    const modules = await eagerModules(file);

    assert.ok(modules.length > 0);
    assert.equal(
      modules.some((module) => descriptorProto.test(module)),
      withConnect.includes(subpath),
    );
  });
}

/** The modules that run when the bundle of `file` is imported; what it imports later is in chunks of its own. */
async function eagerModules(file: string): Promise<readonly string[]> {
  const { metafile } = await build({
    absWorkingDir: packageRoot,
    entryPoints: { entry: file },
    outdir: "out",
    bundle: true,
    splitting: true,
    write: false,
    metafile: true,
    format: "esm",
    platform: "node",
    target: "node22",
    conditions: [source],
  });
  return modulesOf("out/entry.js", metafile.outputs);
}

function modulesOf(entry: string, outputs: Metafile["outputs"]): readonly string[] {
  const chunks = new Set([entry]);
  for (const chunk of chunks) {
    for (const { kind, path, external } of outputs[chunk]?.imports ?? []) {
      if (kind === "import-statement" && external !== true) chunks.add(path);
    }
  }
  return [...chunks].flatMap((chunk) =>
    Object.entries(outputs[chunk]?.inputs ?? {})
      .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
      .map(([module]) => module),
  );
}
