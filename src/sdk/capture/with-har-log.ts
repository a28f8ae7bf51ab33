import { messageOf } from "../../errors.ts";
import { createLogger } from "../../plugin/create-logger.ts";
import type { TextValues } from "../../plugin/environment/text-values.ts";
import { type Fetch, wrapFetch } from "../http/wrap-fetch.ts";
import { loggedCallback } from "../logged-callback.ts";
import { createHarRecorder, type HarRecorderOptions } from "./har-recorder.ts";
import { writeHar } from "./write-har.ts";

/**
 * Records all requests of a `fetch` into a file while `GF_PLUGIN_HAR_LOG_ENABLED` is true, for debugging: the file is
 * `GF_PLUGIN_HAR_LOG_PATH`, by default one in the system's folder for temporary files. It is written after each request
 * and never read again. Wrap the result of `createFetch`: credentials of the settings are added beneath, and do not
 * appear. The names of the variables are those of the Go SDK.
 *
 * @returns the same `fetch` when the variable is not set
 */
export function withHarLog<F extends Fetch>(fetch: F, options: HarLogOptions): F {
  const { env = process.env, pluginId } = options;
  const onError = loggedCallback("onError", options.onError) ?? logError;
  if (!/^(1|t|true)$/i.test(env["GF_PLUGIN_HAR_LOG_ENABLED"] ?? "")) return fetch;
  const { join } = process.getBuiltinModule("node:path");
  const { tmpdir } = process.getBuiltinModule("node:os");
  const path = env["GF_PLUGIN_HAR_LOG_PATH"] || join(tmpdir(), `${pluginId}_${Date.now()}.har`);
  const recorder = createHarRecorder(options);
  const recorded = recorder.wrap(fetch);
  /** Writes follow each other; the last one has all entries. */
  let writing: Promise<void> = Promise.resolve();
  return wrapFetch(fetch, async (input, init) => {
    const settled = await recorded(input, init).then(
      (response) => ({ response }),
      (reason: unknown) => ({ reason }),
    );
    writing = writing.then(() => writeHar(path, recorder)).catch(onError);
    await writing;
    if ("reason" in settled) throw settled.reason;
    return settled.response;
  });
}

/** Options of {@link withHarLog}. */
export interface HarLogOptions extends HarRecorderOptions {
  /** Part of the default file's name. */
  readonly pluginId: string;
  /** Default `process.env`. */
  readonly env?: TextValues | undefined;
  /** Called when the file cannot be written. Default: a line in the log of the plugin. No request fails because of it. */
  readonly onError?: ((error: unknown) => void) | undefined;
}

function logError(error: unknown): void {
  createLogger().warn("cannot write the HTTP log that GF_PLUGIN_HAR_LOG_ENABLED asks for", {
    error: messageOf(error),
  });
}
