import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";

const root = join(import.meta.dirname, "..", "..");
const run = promisify(execFile);

/** Upstream's programs, as the modules in test/go/tools pin them. */
const tools = {
  connectconformance: ["conformance", "connectrpc.com/conformance/cmd/connectconformance"],
  "interop-client": ["interop", "google.golang.org/grpc/interop/client"],
  "interop-server": ["interop", "google.golang.org/grpc/interop/server"],
} as const;

/** There is a Go toolchain. With REQUIRE_GO set it is an error when there is none. */
export const hasGo: boolean = await run("go", ["version"]).then(
  () => true,
  () => {
    if (process.env["REQUIRE_GO"]) throw new Error("REQUIRE_GO is set, and there is no Go toolchain on PATH");
    return false;
  },
);

/** Builds a program, which Go's cache makes cheap from the second time on, and gives its path. */
export async function buildGoTool(name: keyof typeof tools): Promise<string> {
  const [module, program] = tools[name];
  const path = join(root, ".build", "go", name);
  await run("go", ["build", "-o", path, program], { cwd: join(root, "test", "go", "tools", module) });
  return path;
}
