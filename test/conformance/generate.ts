// Writes gen/: TypeScript for the services of both suites, from what the pinned Go modules say. Without source
// information, so that nothing of upstream's wording comes along.
import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { packageRoot, runTool } from "../../scripts/proto/run-tool.ts";
import { withBuildFolder } from "../../scripts/proto/with-build-folder.ts";

const run = promisify(execFile);
const tools = join(packageRoot, "test", "go", "tools");

await withBuildFolder(packageRoot, "conformance-", async (folder) => {
  const conformance = join(folder, "conformance.binpb");
  const module = ["list", "-m", "-f", "{{.Dir}}", "connectrpc.com/conformance"];
  const { stdout: directory } = await run("go", module, { cwd: join(tools, "conformance") });
  const protos = join(directory.trim(), "proto");
  await runTool("buf", ["build", protos, "--exclude-source-info", "--output", conformance], packageRoot);

  const interop = join(folder, "interop.binpb");
  const descriptors = await run("go", ["run", "./descriptors"], {
    cwd: join(tools, "interop"),
    encoding: "buffer",
  });
  await writeFile(interop, descriptors.stdout);

  const template = JSON.stringify({
    version: "v2",
    plugins: [
      {
        local: "protoc-gen-es",
        out: join("test", "conformance", "gen"),
        opt: ["target=js+dts", "import_extension=js"],
        strategy: "all",
      },
    ],
  });
  for (const image of [conformance, interop]) {
    await runTool("buf", ["generate", image, "--template", template], packageRoot);
  }
});
