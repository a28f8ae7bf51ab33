import { rename, writeFile } from "node:fs/promises";
import type { HarRecorder } from "./har-recorder.ts";

/** Writes a recording, for its owner only, so that a reader never sees half of it. */
export async function writeHar(path: string, recorder: HarRecorder): Promise<void> {
  const unfinished = `${path}.${process.pid}.tmp`;
  await writeFile(unfinished, `${JSON.stringify(recorder.toHar(), undefined, 2)}\n`, { mode: 0o600 });
  await rename(unfinished, path);
}
