import { fileURLToPath } from "node:url";

/** Hosts look for `<executable>_<os>_<arch>` beside plugin.json, in the words of Go. */
export function weatherExecutable(): string {
  const arch = process.arch === "x64" ? "amd64" : process.arch;
  return fileURLToPath(
    new URL(`../weather-datasource/gpx_weather_${process.platform}_${arch}`, import.meta.url),
  );
}
