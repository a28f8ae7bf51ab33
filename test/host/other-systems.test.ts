import assert from "node:assert/strict";
import { join } from "node:path";
import { suite, test } from "node:test";
import { findExecutable } from "../../src/host/process/executable/find-executable.ts";
import type { ExecutablePlatform } from "../../src/host/process/executable/plugin-executable.ts";
import { atEnd } from "../helpers/at-end.ts";
import { privateTmp } from "../helpers/private-tmp.ts";
import { rejectsWithPluginError } from "../helpers/rejection.ts";

const windows: ExecutablePlatform = { platform: "win32", arch: "x64" };
const mac: ExecutablePlatform = { platform: "darwin", arch: "arm64" };
const pe = "MZ\x90\0";
const machO = new Uint8Array([0xcf, 0xfa, 0xed, 0xfe]);

suite("on Windows a host", () => {
  test("on Windows a host finds the executable with .exe when it is left out", async (t) => {
    const tmp = await privateTmp(t);
    const path = await tmp.writeExecutable(pe, "gpx_weather_windows_amd64.exe");

    assert.equal(await findExecutable(path, undefined, windows), path);
    assert.equal(await findExecutable(path.slice(0, -4), undefined, windows), path);
    await rejectsWithPluginError(findExecutable(path.slice(0, -4)), "executable_not_found");
  });

  test("on Windows a host finds it in PATH", async (t) => {
    const tmp = await privateTmp(t);
    const path = await tmp.writeExecutable(pe, "gpx_on_path.exe");
    const before = process.env["PATH"];
    process.env["PATH"] = tmp.path;
    atEnd(t, () => {
      process.env["PATH"] = before;
    });

    assert.equal(await findExecutable("gpx_on_path", undefined, windows), path);
  });

  test("on Windows a host says what is wrong with executables of other systems", async (t) => {
    const tmp = await privateTmp(t);
    const script = await tmp.writeExecutable("#!/bin/sh\n", "script");
    const error = await rejectsWithPluginError(
      findExecutable(script, undefined, windows),
      "executable_wrong_platform",
    );

    assert.match(error.message, /a script for Unix systems, expected one that runs on win32 x64/);
  });
});

suite("on macOS a host", () => {
  test("on macOS a host takes Mach-O and scripts, and refuses what Linux and Windows run", async (t) => {
    const tmp = await privateTmp(t);
    for (const content of [machO, "#!/bin/sh\n"]) {
      const path = await tmp.writeExecutable(content);
      assert.equal(await findExecutable(path, undefined, mac), join(tmp.path, "plugin"));
    }
    for (const content of [pe, "\x7fELF"]) {
      const path = await tmp.writeExecutable(content);
      await rejectsWithPluginError(findExecutable(path, undefined, mac), "executable_wrong_platform");
    }
  });
});
