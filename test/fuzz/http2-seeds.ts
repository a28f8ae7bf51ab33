import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** What one side said on a connection. */
export interface Http2Seed {
  readonly name: string;
  /** Which side of ours hears it. */
  readonly role: "server" | "client";
  readonly bytes: Uint8Array;
}

const folder = join(import.meta.dirname, "..", "golden", "http2");

export function http2Seeds(): readonly Http2Seed[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith(".bin"))
    .sort()
    .map((name) => ({
      name,
      role: name.endsWith("-host.bin") ? "server" : "client",
      bytes: new Uint8Array(readFileSync(join(folder, name))),
    }));
}
