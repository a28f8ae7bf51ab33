// Writes the vectors: makes the inputs from the descriptors, and asks Go what each becomes. `--check` compares instead.
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { buildImage } from "../../scripts/proto/image.ts";
import { reportProblems } from "../../scripts/proto/report-problems.ts";
import { packageRoot } from "../../scripts/proto/run-tool.ts";
import { buildGoPeers, withoutGo } from "../interop/go-peers.ts";
import { formatCaseFile, parseCaseFile } from "./case-file.ts";
import { classes } from "./generate/classes.ts";
import { generateVectors } from "./generate/generate-vectors.ts";
import { messagesByPackage, readRegistry } from "./generate/messages.ts";
import { seed } from "./generate/random.ts";
import { runAdapterProgram } from "./run-adapter-program.ts";
import { caseFolder, type JudgedVector } from "./vector.ts";

/** The vectors of each package, as the descriptors and the judge give them. */
async function makeVectors(judge: string): Promise<Map<string, JudgedVector[]>> {
  const image = await buildImage();
  const made = new Map<string, JudgedVector[]>();
  for (const [name, messages] of messagesByPackage(await readRegistry())) {
    const vectors = generateVectors(messages);
    const answers = await runAdapterProgram([judge, "-image", image], vectors);
    made.set(
      name,
      vectors.map((vector, index) => ({
        ...vector,
        expected: answers[index] ?? { is: "refused", reason: "" },
      })),
    );
  }
  return made;
}

/** The manifest: what each class is for, and how many vectors of each class a file has. */
function formatManifest(made: ReadonlyMap<string, readonly JudgedVector[]>): string {
  const files = [...made].map(([name, vectors]) => {
    const counts = Object.fromEntries(
      Object.keys(classes).map((kind) => [kind, vectors.filter((vector) => vector.kind === kind).length]),
    );
    const refused = vectors.filter(({ expected }) => expected.is === "refused").length;
    return [`${name}.tsv`, { vectors: vectors.length, refused, ...counts }];
  });
  const manifest = {
    writtenBy: "npm run vectors:write",
    judge: "test/go/cmd/vectors",
    seed,
    classes,
    files: Object.fromEntries(files),
  };
  return `${JSON.stringify(manifest, undefined, 2)}\n`;
}

async function main(isCheck: boolean): Promise<void> {
  const peers = await buildGoPeers();
  if (peers === undefined) {
    console.log(`left out: the vectors were not made again: ${withoutGo}`);
    return;
  }
  const made = await makeVectors(peers.vectors);
  const folder = join(packageRoot, caseFolder);
  const manifestPath = join(folder, "..", "manifest.json");
  const manifest = formatManifest(made);
  if (!isCheck) {
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder, { recursive: true });
    for (const [name, vectors] of made) {
      await writeFile(join(folder, `${name}.tsv`), formatCaseFile(vectors));
    }
    await writeFile(manifestPath, manifest);
    return;
  }
  const problems: string[] = [];
  const present = new Set(await readdir(folder));
  for (const [name, vectors] of made) {
    const file = `${name}.tsv`;
    if (!present.delete(file)) problems.push(`${caseFolder}/${file} is missing`);
    // Parsed: another zlib may deflate in another way.
    else if (
      formatCaseFile(parseCaseFile(await readFile(join(folder, file), "utf8"))) !== formatCaseFile(vectors)
    ) {
      problems.push(`${caseFolder}/${file} is not what the descriptors and Go give`);
    }
  }
  for (const file of present) problems.push(`${caseFolder}/${file} is stale: no package gives it any more`);
  if ((await readFile(manifestPath, "utf8")) !== manifest)
    problems.push("test/vectors/manifest.json is stale");
  reportProblems(problems, "the vectors do not match proto/: run npm run vectors:write");
}

await main(process.argv.includes("--check"));
