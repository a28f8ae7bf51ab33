import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { test } from "node:test";
import { decodeFrame, encodeFrame, type FrameFormat } from "grafana-plugin-protocol/frames";
import { buildGoPeers, withoutGo } from "../interop/go-peers.ts";
import type { Description } from "./describe.ts";

const go = await buildGoPeers();
const folder = join(import.meta.dirname, "..", "golden", "frames");
const names = readdirSync(join(folder, "corpus"))
  .filter((file) => file.endsWith(".arrow"))
  .map((file) => file.replace(/\.arrow$/, ""));

interface Answer {
  readonly name: string;
  readonly description?: Description;
  readonly error?: string;
}

/** What the official SDK says of each frame that we encoded. */
async function describeWithGo(program: string, format: FrameFormat): Promise<Map<string, Answer>> {
  const child = spawn(program, ["describe"], { stdio: ["pipe", "pipe", "inherit"] });
  for (const name of names) {
    const frame = await decodeFrame(readFileSync(join(folder, "corpus", `${name}.arrow`)));
    const base64 = Buffer.from(await encodeFrame(frame, { format })).toString("base64");
    child.stdin.write(`${JSON.stringify({ name, format, base64 })}\n`);
  }
  child.stdin.end();
  const answers = new Map<string, Answer>();
  for await (const line of createInterface({ input: child.stdout })) {
    const answer = JSON.parse(line) as Answer;
    answers.set(answer.name, answer);
  }
  return answers;
}

function readJson(path: string): unknown {
  return JSON.parse(readFileSync(join(folder, path), "utf8"));
}

for (const format of ["arrow", "json"] as const) {
  const exceptions = readJson(`${format}-exceptions.json`) as Record<string, { description: Description }>;

  test(`the Go SDK reads every ${format} frame of ours as it reads its own`, {
    skip: go === undefined && withoutGo,
  }, async (t) => {
    assert.ok(go);
    const answers = await describeWithGo(go.frames, format);

    for (const name of names) {
      await t.test(name, () => {
        const { description, error } = answers.get(name) ?? {};
        assert.equal(error, undefined);
        const written = readJson(`corpus/${name}.description.json`);
        assert.deepEqual(description, exceptions[name]?.description ?? written);
      });
    }
  });
}
