/** Build information of a plugin. */
export interface BuildInfo {
  readonly pluginId?: string | undefined;
  readonly version?: string | undefined;
  /** Milliseconds since 1970. */
  readonly timeMs?: number | undefined;
}

/**
 * The text that a plugin prints when it is started with `-buildinfo` or `-version`, as plugins of the Go SDK do;
 * `undefined` without such an argument. Two dashes are accepted too.
 */
export function describeBuild(info: BuildInfo, args: readonly string[]): string | undefined {
  const flags = args.map((argument) => argument.replace(/^--/, "-"));
  if (flags.includes("-version")) return info.version ?? "";
  if (!flags.includes("-buildinfo")) return undefined;
  return JSON.stringify({ time: info.timeMs, pluginID: info.pluginId, version: info.version });
}
