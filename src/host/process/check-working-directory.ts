import { stat } from "node:fs/promises";
import { PluginError } from "../../errors.ts";
import { describeValue } from "../../option-checks.ts";

/**
 * Checks that the option `cwd` is a directory: the system's own error would name the executable instead.
 *
 * @throws PluginError `spawn_failed`.
 */
export async function checkWorkingDirectory(cwd: string | undefined): Promise<void> {
  if (cwd === undefined) return;
  const info = await stat(cwd).catch((cause: Error) => {
    throw new PluginError(
      "spawn_failed",
      `expected a directory as cwd, got ${describeValue(cwd)}: ${cause.message}`,
      {
        cause,
      },
    );
  });
  if (!info.isDirectory()) {
    throw new PluginError(
      "spawn_failed",
      `expected a directory as cwd, got ${describeValue(cwd)}, which is a file`,
    );
  }
}
