import { ConnectError } from "@connectrpc/connect";
import { PluginError } from "../../errors.ts";
import { rpcError } from "../../rpc-error.ts";
import { withoutSecrets } from "./plugin-failure.ts";
import type { Secrets } from "./secrets-of.ts";

/**
 * The same error of a call, or one in its place whose text has `[secret]` where the plugin, or its stderr, quoted a secret
 * of the call.
 */
export function errorWithoutSecrets(error: unknown, secrets: Secrets): unknown {
  if (error instanceof ConnectError) {
    const { rawMessage, code, details, cause } = error;
    const text = withoutSecrets(rawMessage, secrets);
    if (text === rawMessage) return error;
    return rpcError(text, code, { metadata: () => error.metadata, details, cause });
  }
  if (error instanceof PluginError) {
    const text = withoutSecrets(error.message, secrets);
    return text === error.message ? error : new PluginError(error.code, text, error);
  }
  return error;
}
