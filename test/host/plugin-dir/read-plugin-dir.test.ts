import assert from "node:assert/strict";
import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { suite, type TestContext, test } from "node:test";
import { findPluginDirs, launchPlugin, readPluginDir } from "grafana-plugin-protocol/host";
import { v2 } from "grafana-plugin-protocol/v2";
import { atEnd } from "../../helpers/at-end.ts";

const weather = join(import.meta.dirname, "..", "..", "..", "examples", "weather-datasource");
const linux = { platform: "linux", arch: "x64" } as const;
const manifest = (changes: object = {}): string =>
  JSON.stringify({
    id: "acme-weather-datasource",
    name: "Weather",
    type: "datasource",
    backend: true,
    executable: "gpx_weather",
    info: { version: "1.0.0", updated: "2026-01-02" },
    ...changes,
  });
const script = "#!/bin/sh\nexit 0\n";

/** Writes files; those with a `!` before their name are executable. */
async function folderOf(t: TestContext, files: Readonly<Record<string, string>>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "plugin-dir-"));
  atEnd(t, () => rm(folder, { recursive: true }));
  for (const [name, text] of Object.entries(files)) {
    const path = join(folder, name.replace("!", ""));
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text);
    await chmod(path, name.includes("!") ? 0o755 : 0o644);
  }
  return folder;
}

const read = (folder: string, target: Parameters<typeof readPluginDir>[1] = { target: linux }) =>
  readPluginDir(folder, target);

test("the folder of a real plugin is read, and what it gives launches the plugin", async (t) => {
  const { command, manifest: read, warnings } = await readPluginDir(weather, { grafanaVersion: "12.4.0" });

  assert.equal(read.id, "example-weather-datasource");
  assert.equal(read.streaming, true);
  assert.deepEqual(warnings, ["info.updated: is missing"]);
  assert.ok(command !== undefined);
  const plugin = await launchPlugin({ command, protocols: [v2] });
  atEnd(t, () => plugin.close());
  assert.match((await plugin.diagnostics.checkHealth({})).message, /days of weather/);
});

test("dist is read in the place of the folder that has it", async (t) => {
  const folder = await folderOf(t, {
    "plugin.json": manifest({ info: { version: "%VERSION%", updated: "%TODAY%" } }),
    "dist/plugin.json": manifest(),
    "dist/!gpx_weather_linux_amd64": script,
  });

  const { directory, command, warnings } = await read(folder);

  assert.equal(directory, join(folder, "dist"));
  assert.equal(command, join(folder, "dist", "gpx_weather_linux_amd64"));
  assert.deepEqual(warnings, []);
});

test("the data source nested in an app may use the executable of the app", async (t) => {
  const folder = await folderOf(t, {
    "plugin.json": manifest({ id: "acme-weather-app", type: "app", executable: "gpx_app" }),
    "!gpx_app_linux_amd64": script,
    "datasources/weather/plugin.json": manifest({ executable: "../../gpx_app" }),
    "img/plugin.json": "{",
  });

  const { nested, warnings } = await read(folder);
  const alone = await read(join(folder, "datasources", "weather"));

  assert.deepEqual(warnings, []);
  assert.deepEqual(
    nested.map(({ manifest, command }) => [manifest.id, command]),
    [["acme-weather-datasource", join(folder, "gpx_app_linux_amd64")]],
  );
  assert.equal(alone.command, join(folder, "gpx_app_linux_amd64"));
});

test("a nested plugin that cannot be read is a warning of the plugin around it", async (t) => {
  const folder = await folderOf(t, {
    "plugin.json": manifest({ id: "acme-weather-app", type: "app", backend: false, executable: undefined }),
    "weather/plugin.json": "{",
  });

  const { nested, warnings, command } = await read(folder);

  assert.deepEqual(nested, []);
  assert.equal(command, undefined);
  assert.match(warnings.join(), /^nested plugin: .*weather.plugin\.json" cannot be used: expected JSON/);
});

test("a renderer is started by the executable with the fixed name", async (t) => {
  const folder = await folderOf(t, {
    "plugin.json": manifest({ id: "acme-image-renderer", type: "renderer", executable: undefined }),
    "!plugin_start_linux_amd64": script,
  });

  assert.equal((await read(folder)).command, join(folder, "plugin_start_linux_amd64"));
});

test("the executable of Windows ends in .exe", async (t) => {
  const folder = await folderOf(t, { "plugin.json": manifest(), "!gpx_weather_windows_amd64.exe": "MZ" });

  const { command } = await read(folder, { target: { platform: "win32", arch: "x64" } });

  assert.equal(command, join(folder, "gpx_weather_windows_amd64.exe"));
});

suite("a plugin that cannot be launched is refused with what to do", () => {
  const rejects = async (folder: string, code: string, message: RegExp): Promise<void> => {
    await assert.rejects(read(folder), (error: Error & { code?: string }) => {
      assert.equal(error.code, code);
      assert.match(error.message, message);
      return true;
    });
  };

  test("without the build for this system, the builds that are there are named", async (t) => {
    const folder = await folderOf(t, {
      "plugin.json": manifest(),
      "!gpx_weather_darwin_arm64": script,
      "!gpx_weather_windows_amd64.exe": "MZ",
    });

    await rejects(
      folder,
      "executable_not_found",
      /linux_amd64": this system needs that one, and the plugin has only gpx_weather_darwin_arm64, gpx_weather_windows_amd64\.exe/,
    );
  });

  test("without any build", async (t) => {
    await rejects(
      await folderOf(t, { "plugin.json": manifest() }),
      "executable_not_found",
      /build the plugin/,
    );
  });

  test("an executable that may not be run", async (t) => {
    const folder = await folderOf(t, { "plugin.json": manifest(), gpx_weather_linux_amd64: script });

    await rejects(folder, "executable_not_permitted", /chmod \+x/);
  });

  test("an executable for another processor", async (t) => {
    const elf = Buffer.alloc(64);
    elf.write("\x7fELF\x02\x01\x01", 0, "latin1");
    elf.writeUInt16LE(183, 18);
    const folder = await folderOf(t, { "plugin.json": manifest() });
    await writeFile(join(folder, "gpx_weather_linux_amd64"), elf, { mode: 0o755 });

    await rejects(folder, "executable_wrong_platform", /expected one that runs on linux x64/);
  });

  test("an executable outside of the plugin", async (t) => {
    const folder = await folderOf(t, {
      "!sh_linux_amd64": script,
      "plugin/plugin.json": manifest({ executable: "../sh" }),
    });

    await rejects(
      join(folder, "plugin"),
      "plugin_json_invalid",
      /expected a file within the plugin's folder/,
    );
  });

  test("a folder without plugin.json", async (t) => {
    await rejects(
      await folderOf(t, { "a.txt": "" }),
      "plugin_json_not_found",
      /ENOENT.*name the folder of a built plugin/,
    );
  });

  test("a plugin.json that is a folder", async (t) => {
    await rejects(await folderOf(t, { "plugin.json/a": "" }), "plugin_json_not_found", /EISDIR/);
  });

  test("a plugin.json of more than a megabyte", async (t) => {
    const folder = await folderOf(t, { "plugin.json": `${manifest()}${" ".repeat(1 << 20)}` });

    await rejects(folder, "plugin_json_invalid", /expected at most 1048576 bytes/);
  });
});

test("a nested plugin may be a link, and a link back to the app is not one", async (t) => {
  const elsewhere = await folderOf(t, { "plugin.json": manifest(), "!gpx_weather_linux_amd64": script });
  const folder = await folderOf(t, {
    "plugin.json": manifest({ id: "acme-weather-app", type: "app", backend: false, executable: undefined }),
    "datasources/readme.txt": "",
  });
  await symlink(elsewhere, join(folder, "datasources", "weather"));
  await symlink("..", join(folder, "datasources", "loop"));
  await symlink("readme.txt", join(folder, "datasources", "file"));

  const { nested, warnings } = await read(folder);

  assert.deepEqual(warnings, []);
  assert.deepEqual(
    nested.map(({ directory }) => directory),
    [join(folder, "datasources", "weather")],
  );
});

test("findExecutable false reads a plugin whose executable is not there", async (t) => {
  const folder = await folderOf(t, { "plugin.json": manifest() });

  assert.equal((await readPluginDir(folder, { findExecutable: false })).command, undefined);
});

suite("plugins in a folder", () => {
  test("are found at any of its levels, without those nested in another one", async (t) => {
    const folder = await folderOf(t, {
      "b/dist/plugin.json": manifest(),
      "a/plugin.json": manifest(),
      "a/inner/plugin.json": manifest(),
      "group/c/plugin.json": manifest(),
      "node_modules/d/plugin.json": manifest(),
      "readme.txt": "",
    });

    assert.deepEqual(
      await findPluginDirs(folder),
      ["a", "b", "group/c"].map((name) => join(folder, name)),
    );
  });

  test("are found once, whatever number of links leads to them, and by links from elsewhere", async (t) => {
    const elsewhere = await folderOf(t, { "plugin.json": manifest() });
    const folder = await folderOf(t, { "b/plugin.json": manifest(), "group/readme.txt": "" });
    await symlink("b", join(folder, "a-link"));
    await symlink("..", join(folder, "group", "loop"));
    await symlink(elsewhere, join(folder, "group", "linked"));
    await symlink(join(folder, "gone"), join(folder, "broken"));

    assert.deepEqual(
      await findPluginDirs(folder),
      ["b", "group/linked"].map((name) => join(folder, name)),
    );
  });

  test("are the folder itself if it is a plugin's", async () => {
    assert.deepEqual(await findPluginDirs(weather), [weather]);
  });

  for (const [name, folder] of [
    ["no plugin", async (t: TestContext) => folderOf(t, { "a.txt": "" })],
    ["no folder", async () => "/nonexistent/plugins"],
  ] as const) {
    test(`are an error where there is ${name}`, async (t) => {
      await assert.rejects(findPluginDirs(await folder(t)), { code: "plugin_json_not_found" });
    });
  }
});
