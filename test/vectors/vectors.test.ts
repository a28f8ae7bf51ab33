/** Every language agrees with Go on every vector, but for the differences that differences.json names. */
import assert from "node:assert/strict";
import { before, suite, test } from "node:test";
import type { DescMessage } from "@bufbuild/protobuf";
import { readEsMessages } from "./adapters/es.ts";
import { adapters } from "./adapters/index.ts";
import { type Difference, explain, readDifferences } from "./differences.ts";
import { classes } from "./generate/classes.ts";
import { generateVectors } from "./generate/generate-vectors.ts";
import { messagesByPackage, readRegistry } from "./generate/messages.ts";
import { readVectors, runAdapter } from "./run-adapter.ts";
import type { JudgedVector } from "./vector.ts";

suite("vectors", () => {
  let vectors: readonly JudgedVector[] = [];
  let messages: ReadonlyMap<string, DescMessage> = new Map();
  let differences: readonly Difference[] = [];
  before(async () => {
    vectors = await readVectors();
    messages = await readEsMessages();
    differences = await readDifferences();
  });

  test("the vectors are those that the descriptors give", async () => {
    const made = [...messagesByPackage(await readRegistry())]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .flatMap(([, own]) => generateVectors(own));

    const [first] = made
      .map(({ id, input }) => `${id} ${Buffer.from(input).toString("base64")}`)
      .filter((line, index) => {
        const vector = vectors[index];
        return line !== `${vector?.id} ${Buffer.from(vector?.input ?? []).toString("base64")}`;
      });
    assert.equal(first?.slice(0, 200), undefined, "run npm run vectors:write");
    assert.equal(vectors.length, made.length, "run npm run vectors:write");
  });

  test("every class of vectors has some, and every message has some that are read and some that are refused", () => {
    const kinds = new Set(vectors.map(({ kind }) => kind));
    assert.deepEqual(
      Object.keys(classes).filter((kind) => !kinds.has(kind)),
      [],
    );
    for (const { typeName } of [...messages.values()].filter(({ file }) => !isForeign(file.proto.package))) {
      const verdicts = vectors
        .filter(({ message }) => message === typeName)
        .map(({ expected }) => expected.is);
      assert.ok(verdicts.includes("ok"), `${typeName} has vectors that are read`);
      assert.ok(verdicts.includes("refused"), `${typeName} has vectors that are refused`);
    }
  });

  for (const adapter of adapters) {
    const { name } = adapter;
    test(`${name} agrees with Go on every vector, but for the differences that have a name`, async (context) => {
      const program = await adapter.find();
      if ("missing" in program) {
        context.skip(program.missing);
        return;
      }

      const run = await runAdapter(adapter, program, vectors, messages);
      const { unexplained, stale } = explain(name, run, differences);

      assert.deepEqual(
        unexplained.slice(0, 10).map(({ vector, deviation }) => `${vector.id}: ${deviation}`),
        [],
      );
      assert.deepEqual(stale, [], "differences.json names differences that no vector shows any more");
    });
  }
});

function isForeign(name: string): boolean {
  return /^(google|grpc)\./.test(name);
}
