import assert from "node:assert/strict";
import { join, sep } from "node:path";
import { suite, test } from "node:test";
import { type ExecutablePlatform, pluginExecutable } from "grafana-plugin-protocol/host";

suite("the path of a plugin's executable", () => {
  const names: readonly [ExecutablePlatform, string][] = [
    [{ platform: "linux", arch: "x64" }, "gpx_weather_linux_amd64"],
    [{ platform: "linux", arch: "arm64" }, "gpx_weather_linux_arm64"],
    [{ platform: "linux", arch: "arm" }, "gpx_weather_linux_arm"],
    [{ platform: "linux", arch: "ia32" }, "gpx_weather_linux_386"],
    [{ platform: "linux", arch: "ppc64" }, "gpx_weather_linux_ppc64le"],
    [{ platform: "darwin", arch: "arm64" }, "gpx_weather_darwin_arm64"],
    [{ platform: "win32", arch: "x64" }, "gpx_weather_windows_amd64.exe"],
  ];
  for (const [target, name] of names) {
    test(`the path of a plugin's executable on ${target.platform} ${target.arch} ends in ${name}`, () => {
      assert.equal(pluginExecutable("dist", "gpx_weather", target), join("dist", name));
    });
  }

  test("the path of a plugin's executable may lead out of its directory, as that of a data source in an app does", () => {
    const target: ExecutablePlatform = { platform: "linux", arch: "x64" };

    assert.equal(
      pluginExecutable("app/datasource", "../gpx_app", target),
      join("app", "gpx_app_linux_amd64"),
    );
  });

  test("the path of a plugin's executable is a path also in the working directory: a bare name would be looked up in PATH", () => {
    const target: ExecutablePlatform = { platform: "linux", arch: "x64" };

    for (const [directory, name] of [
      [".", "gpx_app"],
      ["", "gpx_app"],
      ["dist", "../gpx_app"],
    ] as const) {
      assert.equal(pluginExecutable(directory, name, target), `.${sep}gpx_app_linux_amd64`);
    }
  });

  test("the path of a plugin's executable is that of this system by default", () => {
    assert.match(pluginExecutable("dist", "gpx_weather"), /gpx_weather_[a-z]+_[a-z0-9]+(\.exe)?$/);
  });

  test("the path of a plugin's executable is an error for a system without a name, and without a name of its own", () => {
    assert.throws(
      () => pluginExecutable("dist", "x", { platform: "haiku", arch: "x64" }),
      /got haiku x64: give/,
    );
    assert.throws(() => pluginExecutable("dist", ""), /name must be "executable" of plugin.json/);
  });
});
