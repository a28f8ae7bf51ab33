import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { chmod, open, rename } from "node:fs/promises";
import { join } from "node:path";
import { suite, test } from "node:test";
import { type Checksum, launchPlugin } from "grafana-plugin-protocol/host";
import { v2 } from "grafana-plugin-protocol/v2";
import { verifyChecksum } from "../../src/host/process/executable/verify-checksum.ts";
import { fixturePlugin, launchFixture } from "../helpers/launch.ts";
import { privateTmp } from "../helpers/private-tmp.ts";
import { rejectsWithPluginError } from "../helpers/rejection.ts";
import { startFailure } from "../helpers/start-failure.ts";

const script = "#!/bin/sh\necho started >&2\n";
const digestOf = (content: string | Uint8Array, algorithm: string): Buffer =>
  createHash(algorithm).update(content).digest();

suite("the checksum of an executable", () => {
  test("the checksum of an executable that is right lets the plugin start", async (t) => {
    await privateTmp(t);
    const digest = digestOf(readFileSync(fixturePlugin().command), "sha256").toString("hex");

    const plugin = await launchFixture(t, {
      checksum: { algorithm: "sha256", digest: digest.toUpperCase() },
    });

    assert.equal(plugin.protocolVersion, 2);
  });

  for (const algorithm of ["sha256", "sha384", "sha512"] as const) {
    test(`the checksum of an executable that is another ${algorithm} keeps it from running, and the error has both`, async (t) => {
      const tmp = await privateTmp(t);
      const command = await tmp.writeExecutable(script);
      const lines: string[] = [];
      const digest = digestOf("something else", algorithm);

      const error = await startFailure(tmp, "checksum_mismatch", {
        command,
        checksum: { algorithm, digest: new Uint8Array(digest) },
        onLog: ({ message }) => lines.push(message),
      });

      assert.ok(error.message.includes(digest.toString("hex")), error.message);
      assert.ok(error.message.includes(digestOf(script, algorithm).toString("hex")), error.message);
      assert.ok(error.message.includes(command), error.message);
      assert.deepEqual(lines, []);
      assert.equal(error.pid, undefined);
    });
  }

  test("the checksum of an executable is right for a script, too, which then runs", async (t) => {
    const tmp = await privateTmp(t);
    const command = await tmp.writeExecutable(script);
    const checksum: Checksum = { algorithm: "sha256", digest: digestOf(script, "sha256") };

    const error = await startFailure(tmp, "exited", { command, checksum });

    assert.deepEqual(error.stderrTail, ["started"]);
  });

  test("the checksum of a file that is replaced while it is read is a mismatch, also when either is the approved one", async (t) => {
    const tmp = await privateTmp(t);
    const command = join(tmp.path, "plugin");
    // Reading a pipe lasts until its writer leaves.
    execFileSync("mkfifo", [command]);
    const approved = await tmp.writeExecutable(script, "approved");
    const digest = digestOf(script, "sha256").toString("hex");
    const verified = rejectsWithPluginError(
      verifyChecksum(command, { algorithm: "sha256", digest }),
      "checksum_mismatch",
    );
    const writer = await open(command, "w");

    await rename(approved, command);
    await writer.writeFile(script);
    await writer.close();

    assert.match((await verified).message, /changed while it was checked: do not run it$/);
  });

  test("the checksum of a file that cannot be read is a mismatch", {
    skip: process.getuid?.() === 0 && "root reads everything",
  }, async (t) => {
    const tmp = await privateTmp(t);
    const command = await tmp.writeExecutable(script);
    await chmod(command, 0o111);

    await startFailure(tmp, "checksum_mismatch", {
      command,
      checksum: { algorithm: "sha256", digest: digestOf(script, "sha256") },
    });
  });

  const wrong: readonly [string, unknown, RegExp][] = [
    [
      "a broken algorithm",
      { algorithm: "md5", digest: "00" },
      /algorithm must be one of sha256, .*got "md5"/,
    ],
    ["a name of Object", { algorithm: "constructor", digest: "00" }, /algorithm must be one of/],
    ["a short digest", { algorithm: "sha256", digest: "00ff" }, /the 32 bytes of a sha256.*got "00ff"/],
    ["no hexadecimal", { algorithm: "sha256", digest: "z".repeat(64) }, /the 32 bytes of a sha256/],
  ];
  for (const [name, checksum, message] of wrong) {
    test(`the checksum of an executable is refused: ${name}`, async () => {
      const error = await rejectsWithPluginError(
        launchPlugin({ command: "/bin/true", protocols: [v2], checksum: checksum as Checksum }),
        "invalid_option",
      );
      assert.match(error.message, message);
    });
  }
});
