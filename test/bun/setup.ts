import { globalSetup as buildPeers } from "../setup.ts";
import { installBun } from "./install-bun.ts";

/** Runs once before the files of this folder, which run side by side. */
export async function globalSetup(): Promise<void> {
  await installBun();
  await buildPeers();
}
