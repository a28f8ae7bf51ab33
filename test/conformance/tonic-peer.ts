import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import type { SocketAddress } from "../../src/transport/socket-transport.ts";

const root = join(import.meta.dirname, "..", "..");
const run = promisify(execFile);

const hasCargo = await run("cargo", ["--version"]).then(
  () => true,
  () => false,
);
const isWanted = Boolean(process.env["CI"] || process.env["TEST_TONIC"]);
if (isWanted && !hasCargo) {
  throw new Error("CI or TEST_TONIC is set, and there is no cargo on PATH: install Rust 1.88 or newer");
}

/** Why the tests with tonic do not run; `false` when they do. */
export const skipTonic: string | false = isWanted ? false : "building tonic takes minutes: set TEST_TONIC=1";

/** The peer on tonic: where it was built, which is cheap from the second time on. */
export const tonicPeer: string = isWanted ? await build() : "";

async function build(): Promise<string> {
  const target = join(root, ".build", "rust");
  await run("cargo", ["build", "--locked", "--quiet", "--target-dir", target], {
    cwd: join(root, "test", "rust", "interop"),
    maxBuffer: 2 ** 26,
  });
  return join(target, "debug", "interop");
}

/** How the peer is told an address. */
export function addressArgument(address: SocketAddress): string {
  return address.network === "unix" ? `unix:${address.path}` : `tcp:${address.host}:${address.port}`;
}

/** What the cases run over. */
export const channels: readonly { readonly network: "tcp" | "unix"; readonly isCompressed: boolean }[] = [
  { network: "tcp", isCompressed: false },
  { network: "unix", isCompressed: false },
  { network: "unix", isCompressed: true },
];
