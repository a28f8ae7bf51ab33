import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { suite, test } from "node:test";
import { fileURLToPath } from "node:url";
import { launchPlugin } from "grafana-plugin-protocol/host";
import { v2 } from "grafana-plugin-protocol/v2";
import { fixturePlugin } from "../helpers/launch.ts";
import { privateTmp } from "../helpers/private-tmp.ts";
import { runProgram } from "../helpers/run-program.ts";
import { type TestKey, testCertificate } from "../helpers/test-certificate.ts";

const python = process.env["PYTHON"] ?? "python3";
const peer = fileURLToPath(new URL("../python/peer.py", import.meta.url));
const isThere = spawnSync(python, ["-c", "import grpc"]).status === 0;
const skip = isThere
  ? false
  : `no grpcio in ${python}: pip install grpcio, or name another Python by the variable PYTHON`;

async function certificateFiles(
  directory: string,
  key: TestKey,
): Promise<[certificate: string, key: string]> {
  const made = await testCertificate({ key });
  const paths = [join(directory, "certificate.pem"), join(directory, "key.pem")] as const;
  writeFileSync(paths[0], made.certificate);
  writeFileSync(paths[1], made.key);
  return [...paths];
}

suite("gRPC core, whose TLS has no P-521", { skip }, () => {
  for (const key of ["P-256", "P-384", "RSA-2048"] satisfies TestKey[]) {
    test(`gRPC core, whose TLS has no P-521, is a host of our plugin by TLS with a ${key} certificate`, async (t) => {
      const { path } = await privateTmp(t);
      const { command, args } = fixturePlugin();
      const files = await certificateFiles(path, key);

      const host = runProgram(t, python, [peer, "host", ...files, command, ...args]);

      assert.equal((await host.ended).code, 0, host.stderr());
      assert.deepEqual(host.stdout().trim().split("\n"), [
        "/grpc.health.v1.Health/Check 0801",
        "/plugin.GRPCController/Shutdown ",
        "exit code 0",
      ]);
    });
  }

  test("gRPC core, whose TLS has no P-521, is a plugin of our host by TLS", async (t) => {
    const { path } = await privateTmp(t);
    const files = await certificateFiles(path, "P-256");

    const plugin = await launchPlugin({
      command: python,
      args: [peer, "plugin", ...files],
      protocols: [v2],
      tls: "auto",
    });

    assert.equal(await plugin.health(), "serving");
    await plugin.close();
    assert.deepEqual(await plugin.process.exited, { code: 0, signal: null });
  });
});
