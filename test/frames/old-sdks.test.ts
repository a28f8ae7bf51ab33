import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";
import { decodeFrame, encodeFrame, type FrameFormat } from "grafana-plugin-protocol/frames";
import { buildGoPeers, withoutGo } from "../interop/go-peers.ts";
import { describeWithGo } from "./describe-with-go.ts";
import { corpusNames, readGolden } from "./golden-corpus.ts";

/** From the oldest that reads what Grafana sends today to the one before the newest, as test/go/README.md has them. */
const versions = ["v0.65.0", "v0.88.0", "v0.139.0", "v0.200.0", "v0.260.0"];

/** The answers that differ, and why. */
const otherAnswers = new Map([
  [
    "v0.139.0 json time-go-zero",
    "a time of year 1 is not in the Arrow file that our frame comes from, so ours has nanoseconds, which this SDK does not know",
  ],
]);
const goFolder = join(import.meta.dirname, "..", "go");

const isWanted = Boolean(process.env["CI"] || process.env["TEST_OLD_SDKS"]);
const go = await buildGoPeers();

if (go === undefined || !isWanted) {
  const reason = go === undefined ? withoutGo : "building them takes minutes: set TEST_OLD_SDKS=1";
  test(`old Go SDKs (${versions.join(", ")}) read our frames as they read Go's`, { skip: reason });
} else {
  for (const version of versions) {
    test(`the Go SDK ${version} reads our frames as it reads those of the newest SDK`, async (t) => {
      const program = await buildDescribe(version, dirname(go.frames));

      for (const format of ["arrow", "json"] as const) {
        await t.test(format, async () => {
          const ours = await describeWithGo(program, [], format, await encodeCorpus(format));
          const theirs = await describeWithGo(program, [], format, goldenCorpus(format));

          for (const name of corpusNames) {
            const reason = otherAnswers.get(`${version} ${format} ${name}`);
            if (reason === undefined) assert.deepEqual(ours.get(name), theirs.get(name), name);
            else assert.notDeepEqual(ours.get(name), theirs.get(name), `${name}, no longer: ${reason}`);
          }
          const read = [...ours.values()].filter(({ error }) => error === undefined);
          t.diagnostic(
            `${format}: ${read.length} of ${ours.size} are read, the others refused with the same words`,
          );
          if (format === "arrow")
            assert.ok(read.length > 150, `expected most frames to be read, got ${read.length}`);
        });
      }
    });
  }
}

async function buildDescribe(version: string, folder: string): Promise<string> {
  const program = join(folder, `describe-${version}`);
  const args = ["build", `-modfile=sdk/${version}.mod`, "-o", program, "./sdk/describe"];
  await promisify(execFile)("go", args, { cwd: goFolder });
  return program;
}

async function encodeCorpus(format: FrameFormat): Promise<Map<string, Uint8Array>> {
  const encoded = new Map<string, Uint8Array>();
  for (const name of corpusNames) {
    const frame = await decodeFrame(readGolden(name, "arrow"));
    encoded.set(name, await encodeFrame(frame, { format }));
  }
  return encoded;
}

function goldenCorpus(format: FrameFormat): Map<string, Uint8Array> {
  return new Map(corpusNames.map((name) => [name, readGolden(name, format)]));
}
