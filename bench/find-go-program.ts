import { dirname, join } from "node:path";
import { buildGoPeers } from "../test/interop/go-peers.ts";

/** Builds `test/go/cmd/<name>` with the other Go peers; `undefined` without a Go toolchain. */
export async function findGoProgram(name: string): Promise<string | undefined> {
  const peers = await buildGoPeers();
  return peers && join(dirname(peers.frames), name);
}
