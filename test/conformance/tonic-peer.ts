import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import type { SocketAddress } from "../../src/transport/socket-transport.ts";

const root = join(import.meta.dirname, "..", "..");
const run = promisify(execFile);

/** What a run says that has no Rust toolchain. */
export const withoutCargo = "needs a Rust toolchain, and there is none";

/** There is a Rust toolchain. In CI it is an error when there is none. */
export const hasCargo: boolean = await run("cargo", ["--version"]).then(
  () => true,
  () => {
    if (process.env["CI"])
      throw new Error("CI is set, and there is no cargo on PATH: install Rust 1.88 or newer");
    return false;
  },
);

/** The peer on tonic: where it was built, which is cheap from the second time on. */
export const tonicPeer: string = hasCargo ? await build() : "";

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
