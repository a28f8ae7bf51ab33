import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { DescMessage } from "@bufbuild/protobuf";
import { packageRoot } from "../../scripts/proto/run-tool.ts";
import type { Adapter, AdapterProgram } from "./adapters/adapter.ts";
import { parseCaseFile } from "./case-file.ts";
import { type Deviation, judgeAnswer } from "./judge-answer.ts";
import { runAdapterProgram } from "./run-adapter-program.ts";
import { type Answer, caseFolder, type JudgedVector } from "./vector.ts";

/** An answer that is not the expected one. */
export interface Finding {
  readonly vector: JudgedVector;
  readonly answer: Answer;
  readonly deviation: Deviation;
}

/** What a language made of the vectors that it was sent. */
export interface AdapterRun {
  readonly vectors: readonly JudgedVector[];
  readonly findings: readonly Finding[];
}

/** All vectors, in the order of the files. */
export async function readVectors(): Promise<JudgedVector[]> {
  const folder = join(packageRoot, caseFolder);
  const files = (await readdir(folder)).sort();
  const texts = await Promise.all(files.map((file) => readFile(join(folder, file), "utf8")));
  return texts.flatMap(parseCaseFile);
}

/** Sends an adapter the vectors of its forms and packages, and compares what it answers. */
export async function runAdapter(
  adapter: Adapter,
  program: Exclude<AdapterProgram, { readonly missing: string }>,
  all: readonly JudgedVector[],
  descs: ReadonlyMap<string, DescMessage>,
): Promise<AdapterRun> {
  const vectors = all.filter(
    ({ form, message }) =>
      adapter.forms.includes(form) && !adapter.without?.some((name) => message.startsWith(`${name}.`)),
  );
  const answers =
    "inProcess" in program
      ? vectors.map((vector) => program.inProcess(vector))
      : await runAdapterProgram(program.command, vectors);
  const findings: Finding[] = [];
  for (const [index, vector] of vectors.entries()) {
    const desc = descs.get(vector.message);
    const answer = answers[index];
    if (desc === undefined || answer === undefined) {
      throw new Error(`no message or no answer for ${vector.id}: run npm run vectors:write`);
    }
    const deviation = judgeAnswer(desc, vector, answer);
    if (deviation !== undefined) findings.push({ vector, answer, deviation });
  }
  return { vectors, findings };
}
