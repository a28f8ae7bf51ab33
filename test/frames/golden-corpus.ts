import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { FrameFormat } from "grafana-plugin-protocol/frames";
import type { Description } from "./describe.ts";

/** The frames that Go wrote: test/golden/frames/README.md says what is in each file. */
export const corpusFolder: string = join(import.meta.dirname, "..", "golden", "frames", "corpus");

export const corpusNames: readonly string[] = readdirSync(corpusFolder)
  .filter((file) => file.endsWith(".arrow"))
  .map((file) => file.replace(/\.arrow$/, ""));

export function readGolden(name: string, format: FrameFormat): Buffer {
  return readFileSync(join(corpusFolder, `${name}.${format === "arrow" ? "arrow" : "frame.json"}`));
}

/** The frame as it was before Go wrote it. */
export function goldenDescription(name: string): Description {
  return JSON.parse(readFileSync(join(corpusFolder, `${name}.description.json`), "utf8")) as Description;
}
