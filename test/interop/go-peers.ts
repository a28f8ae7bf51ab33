import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";

const root = join(import.meta.dirname, "..", "..");
const folder = join(root, ".build", "go");
const run = promisify(execFile);

/** The fixture peers written in Go on the official modules. */
export interface GoPeers {
  readonly attach: string;
  readonly broker: string;
  readonly call: string;
  readonly descriptors: string;
  readonly errorSources: string;
  readonly frames: string;
  readonly gtime: string;
  readonly golden: string;
  readonly host: string;
  readonly httpclient: string;
  readonly launch: string;
  readonly links: string;
  readonly observe: string;
  readonly plugin: string;
  readonly pluginschema: string;
  readonly provisioning: string;
  readonly sqlutil: string;
  readonly standalone: string;
  readonly vectors: string;
}

/** What a run says that has no Go toolchain. */
export const withoutGo = "needs a Go toolchain, and there is none";

/**
 * Builds the Go peers (Go's cache makes that cheap from the second time on). Without a Go toolchain
 * there are none; with `REQUIRE_GO` set that is an error.
 */
export async function buildGoPeers(): Promise<GoPeers | undefined> {
  const hasGo = await run("go", ["version"]).then(
    () => true,
    () => false,
  );
  if (!hasGo) {
    if (process.env["REQUIRE_GO"]) throw new Error("REQUIRE_GO is set, and there is no Go toolchain on PATH");
    return undefined;
  }
  await run("go", ["build", "-o", `${folder}/`, "./cmd/..."], { cwd: join(root, "test", "go") });
  const peers = {
    attach: join(folder, "attach"),
    broker: join(folder, "broker"),
    call: join(folder, "call"),
    descriptors: join(folder, "descriptors"),
    errorSources: join(folder, "errorsources"),
    frames: join(folder, "frames"),
    gtime: join(folder, "gtime"),
    golden: join(folder, "golden"),
    host: join(folder, "host"),
    httpclient: join(folder, "httpclient"),
    launch: join(folder, "launch"),
    links: join(folder, "links"),
    observe: join(folder, "observe"),
    plugin: join(folder, "plugin"),
    pluginschema: join(folder, "pluginschema"),
    provisioning: join(folder, "provisioning"),
    sqlutil: join(folder, "sqlutil"),
    standalone: join(folder, "standalone"),
    vectors: join(folder, "vectors"),
  };
  for (const path of Object.values(peers)) {
    if (!existsSync(path)) throw new Error(`expected go build to make ${path}`);
  }
  return peers;
}
