// Whether the Arrow readers of other implementations find in our files what they find in Go's, and what we find in both.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { decodeFrame, encodeFrame } from "grafana-plugin-protocol/frames";
import { corpusFolder, corpusNames, readGolden } from "../frames/golden-corpus.ts";
import { pythonEnvironment, withoutPython } from "../helpers/python-environment.ts";
import { compareAnswers } from "./compare-answers.ts";
import { readFiles } from "./read-files.ts";

const readers = ["pyarrow", "arro3", "polars", "duckdb"];

const python = await pythonEnvironment("arrow-readers", join(import.meta.dirname, "requirements.txt"));
if (python === undefined) {
  console.log(`left out: ${withoutPython}`);
} else {
  const folder = mkdtempSync(join(tmpdir(), "arrow-readers-"));
  try {
    const problems = await compareAll(python, folder);
    for (const problem of problems) console.log(problem);
    console.log(
      `${corpusNames.length} frames in ${readers.join(", ")}: ${problems.length} read otherwise than Go's`,
    );
    process.exitCode = problems.length === 0 ? 0 : 1;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function compareAll(program: string, folder: string): Promise<string[]> {
  const frames = new Map(
    await Promise.all(
      corpusNames.map(async (name) => [name, await decodeFrame(readGolden(name, "arrow"))] as const),
    ),
  );
  for (const [name, frame] of frames) writeFileSync(join(folder, `${name}.arrow`), await encodeFrame(frame));
  const problems: string[] = [];
  for (const reader of readers) {
    const pathsIn = (place: string): string[] => corpusNames.map((name) => join(place, `${name}.arrow`));
    const theirs = await readFiles(program, reader, pathsIn(corpusFolder));
    const ours = await readFiles(program, reader, pathsIn(folder));
    corpusNames.forEach((name, i) => {
      const problem = compareAnswers(reader, frames.get(name), ours[i], theirs[i]);
      if (problem !== undefined) problems.push(`${reader}, ${name}: ${problem}`);
    });
    const opened = ours.filter((answer) => answer.fields !== undefined).length;
    // A reader that opens nothing at all would agree with itself.
    if (opened < corpusNames.length * 0.9)
      problems.push(`${reader}: opened ${opened} of ${corpusNames.length}`);
  }
  return problems;
}
