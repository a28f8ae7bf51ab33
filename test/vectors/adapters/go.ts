import type { AdapterProgram } from "./adapter.ts";

/** Builds the adapter of Go. */
export async function findGoAdapter(): Promise<AdapterProgram> {
  return { missing: "not yet" };
}
