import type { Task } from "../../rpc/programs/task.ts";

/** What the JSON of a query asks for: so many bytes, a frame of so many rows, or so many small frames. */
export interface GrowthTask extends Partial<Task> {
  readonly rows?: number;
  readonly frames?: number;
}

const utf8 = new TextDecoder();

export function growthTaskOf(json: Uint8Array): GrowthTask {
  return JSON.parse(utf8.decode(json)) as GrowthTask;
}
