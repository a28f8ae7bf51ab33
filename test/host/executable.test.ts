import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { mkdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { suite, test } from "node:test";
import { atEnd } from "../helpers/at-end.ts";
import { privateTmp } from "../helpers/private-tmp.ts";
import { startFailure } from "../helpers/start-failure.ts";
import { until } from "../helpers/until.ts";

suite("an executable that cannot be started", () => {
  test("an executable that cannot be started is missing", async (t) => {
    const tmp = await privateTmp(t);
    const command = join(tmp.path, "gpx_missing");

    const error = await startFailure(tmp, "executable_not_found", { command });

    assert.ok(error.message.includes(command));
    assert.equal(error.pid, undefined);
  });

  test("an executable that cannot be started is a name that no folder of PATH has", async (t) => {
    const error = await startFailure(await privateTmp(t), "executable_not_found", {
      command: "gpx_no_such_plugin",
    });

    assert.match(error.message, /"gpx_no_such_plugin" in the \d+ folders of PATH/);
  });

  test("an executable that cannot be started is a link to nowhere", async (t) => {
    const tmp = await privateTmp(t);
    await symlink(join(tmp.path, "gone"), join(tmp.path, "link"));

    await startFailure(tmp, "executable_not_found", { command: join(tmp.path, "link") });
  });

  test("an executable that cannot be started is relative to the working directory of the plugin", async (t) => {
    const tmp = await privateTmp(t);
    await mkdir(join(tmp.path, "dir"));
    await writeFile(join(tmp.path, "dir", "plugin"), "#!/bin/sh\nexit 9\n", { mode: 0o755 });

    const error = await startFailure(tmp, "exited", { command: "./plugin", cwd: join(tmp.path, "dir") });

    assert.equal(error.exitCode, 9);
  });

  test("an executable that cannot be started is not executable", async (t) => {
    const tmp = await privateTmp(t);
    const command = join(tmp.path, "plugin");
    await writeFile(command, "#!/bin/sh\n", { mode: 0o644 });

    const error = await startFailure(tmp, "executable_not_permitted", { command });

    assert.match(error.message, /chmod \+x/);
  });

  test("an executable that cannot be started is a directory", async (t) => {
    const tmp = await privateTmp(t);

    const error = await startFailure(tmp, "executable_not_permitted", { command: tmp.path });

    assert.match(error.message, /is not a file/);
  });

  const elf = (machine: number, isLittleEndian = true): Uint8Array => {
    const head = new DataView(new ArrayBuffer(64));
    head.setUint32(0, 0x7f454c46);
    head.setUint8(5, isLittleEndian ? 1 : 2);
    head.setUint16(18, machine, isLittleEndian);
    return new Uint8Array(head.buffer);
  };
  /** For this processor, with one program header at `tableAt`, of nothing to load. */
  const own = (type: number, tableAt: number): Uint8Array => {
    const file = new DataView(
      new Uint8Array([...elf(process.arch === "arm64" ? 183 : 62), ...new Uint8Array(56)]).buffer,
    );
    file.setUint8(4, 2);
    file.setUint16(16, type, true);
    file.setBigUint64(32, BigInt(tableAt), true);
    file.setUint16(54, 56, true);
    file.setUint16(56, 1, true);
    return new Uint8Array(file.buffer);
  };
  const otherMachine = process.arch === "arm64" ? 62 : 183;
  const foreign: Readonly<Record<string, [content: string | Uint8Array, words: RegExp]>> = {
    "an ELF of another processor": [elf(otherMachine), /another processor \(ELF, (arm64|x64)\)/],
    "an ELF of a processor of the other byte order": [elf(22, false), /another processor \(ELF, s390x\)/],
    "an ELF of a processor that we do not know": [elf(9999), /ELF, machine 9999/],
    "an ELF that is cut off": [elf(62).subarray(0, 10), /ELF, cut off/],
    "an ELF whose program headers are cut off": [own(3, 1000), /an executable \(ELF\) that is cut off/],
    "an ELF of which only the beginning was copied": [
      new Uint8Array(readFileSync(process.execPath).subarray(0, 1_000_000)),
      /an executable \(ELF\) that is cut off after 1000000 of \d+ bytes or more.*copy or download it again/,
    ],
    "an object file": [own(1, 64), /an ELF file that is not a program/],
    "a Mach-O": [new Uint8Array([0xcf, 0xfa, 0xed, 0xfe, 7, 0, 0, 1]), /macOS executable \(Mach-O\)/],
    "a Mach-O for several processors": [new Uint8Array([0xca, 0xfe, 0xba, 0xbe, 0, 0, 0, 2]), /Mach-O/],
    "a PE": [`MZ${"\0".repeat(62)}`, /Windows executable \(PE\)/],
    "a script without #!": [
      "echo '1|2|unix|/tmp/x|grpc|'\n",
      /a text that does not begin with #!.*begin the file with #! and its interpreter/,
    ],
    "a script after a byte order mark": ["\ufeff#!/bin/sh\n", /a byte order mark before its #!/],
    "an empty file": ["", /is an empty file/],
    "a single byte": ["#", /a text that does not begin with #!/],
    "bytes of no format": [new Uint8Array([0, 1, 2, 3]), /neither with the mark of a binary nor with #!/],
  };
  for (const [what, [content, words]] of Object.entries(foreign)) {
    test(`an executable that cannot be started is ${what}`, async (t) => {
      const tmp = await privateTmp(t);

      const error = await startFailure(tmp, "executable_wrong_platform", {
        command: await tmp.writeExecutable(content),
      });

      assert.match(error.message, words);
      assert.ok(error.message.includes(`${process.platform} ${process.arch}`), error.message);
    });
  }

  test("an executable that cannot be started has an interpreter that is missing", async (t) => {
    const tmp = await privateTmp(t);
    const command = await tmp.writeExecutable("#!/no/such/interpreter\n");

    const error = await startFailure(tmp, "spawn_failed", { command });

    assert.match(error.message, /interpreter in its first line, "\/no\/such\/interpreter", is not there/);
  });
});

test("a script that a shell finds in PATH is started by its name", async (t) => {
  const tmp = await privateTmp(t);
  await tmp.writeExecutable("#!/bin/sh\nexit 8\n", "gpx_by_name");
  const before = process.env["PATH"];
  process.env["PATH"] = `${tmp.path}/none:${tmp.path}:${before}`;
  atEnd(t, () => {
    process.env["PATH"] = before;
  });

  const error = await startFailure(tmp, "exited", { command: "gpx_by_name" });

  assert.equal(error.exitCode, 8);
  await until("nothing is left", () => tmp.leftovers().length === 0);
});
