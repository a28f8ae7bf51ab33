import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { promisify } from "node:util";
import { atEnd } from "../../helpers/at-end.ts";
import { buildGoPeers, withoutGo } from "../../interop/go-peers.ts";
import { createH2specServer } from "./h2spec-server.ts";

const root = join(import.meta.dirname, "..", "..", "..");
const program = join(root, ".build", "go", "h2spec");
const run = promisify(execFile);
const hasGo = (await buildGoPeers()) !== undefined;

for (const section of ["generic", "hpack", "http2"]) {
  test(`h2spec's section ${section} passes`, { skip: hasGo ? false : withoutGo }, async (t) => {
    await buildH2spec();
    const port = await listen(t);

    const { stdout } = await run(program, [section, "--host", "127.0.0.1", "--port", String(port)]).catch(
      (failed: { readonly stdout: string }) => failed,
    );

    assert.match(stdout, /\d+ tests, \d+ passed, 0 skipped, 0 failed/, stdout);
  });
}

/** Go's cache makes that cheap from the second time on. */
async function buildH2spec(): Promise<void> {
  const cwd = join(root, "test", "go", "tools", "h2spec");
  await run("go", ["build", "-o", program, "github.com/summerwind/h2spec/cmd/h2spec"], { cwd });
}

async function listen(t: TestContext): Promise<number> {
  const server = createH2specServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  atEnd(t, () => server.close());
  return (server.address() as AddressInfo).port;
}
