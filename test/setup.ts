import { buildImage } from "../scripts/proto/image.ts";
import { buildGoPeers } from "./interop/go-peers.ts";

/** Runs once before all test files: what several of them start is built here, and replaced under nobody. */
export async function globalSetup(): Promise<void> {
  await buildImage();
  await buildGoPeers();
}
