import { basename, join, sep } from "node:path";
import { PluginError } from "../../../errors.ts";

/** A system and a processor, with Node's names. */
export interface ExecutablePlatform {
  readonly platform: NodeJS.Platform;
  readonly arch: NodeJS.Architecture;
}

const goSystems: Readonly<Record<string, string>> = {
  aix: "aix",
  android: "android",
  darwin: "darwin",
  freebsd: "freebsd",
  linux: "linux",
  netbsd: "netbsd",
  openbsd: "openbsd",
  sunos: "solaris",
  win32: "windows",
};

const goProcessors: Readonly<Record<string, string>> = {
  arm: "arm",
  arm64: "arm64",
  ia32: "386",
  loong64: "loong64",
  mips: "mips",
  mipsel: "mipsle",
  // Node runs on the little-endian one only.
  ppc64: "ppc64le",
  riscv64: "riscv64",
  s390x: "s390x",
  x64: "amd64",
};

/**
 * The path at which Grafana and Plutono look for a plugin's executable: `<directory>/<name>_<os>_<processor>`, with
 * `.exe` on Windows, with Go's names: `dist/gpx_weather_linux_amd64`.
 *
 * @param directory of `plugin.json`
 * @param name `executable` in `plugin.json`; may lead elsewhere, such as `../gpx_app`. A renderer's is `plugin_start`.
 * @param target default the system and processor that this process runs on
 * @throws PluginError `invalid_option` for an empty name, and for a system for which Go has no name.
 */
export function pluginExecutable(
  directory: string,
  name: string,
  target: ExecutablePlatform = process,
): string {
  const { platform, arch } = target;
  if (name === "") {
    throw new PluginError("invalid_option", 'name must be "executable" of plugin.json, got ""');
  }
  const system = goSystems[platform];
  const processor = goProcessors[arch];
  if (system === undefined || processor === undefined) {
    throw new PluginError(
      "invalid_option",
      `expected a system and a processor that Go has a name for, got ${platform} ${arch}: give the path of the executable yourself`,
    );
  }
  const path = join(directory, `${name}_${system}_${processor}${platform === "win32" ? ".exe" : ""}`);
  // A bare name would be looked up in PATH.
  return path === basename(path) ? `.${sep}${path}` : path;
}
