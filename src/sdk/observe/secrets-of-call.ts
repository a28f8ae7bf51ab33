import type { PluginContext } from "../../../gen/es/v2/pluginv2/backend_pb.js";
import { hideSecretValues, secretTexts } from "../../handlers/hide-secret-values.ts";

/** The decrypted secrets that a host sends with a call, for `hideSecretValues`. */
export function secretsOfCall(context: PluginContext | undefined): readonly string[] {
  const ofDataSource = context?.dataSourceInstanceSettings?.decryptedSecureJsonData;
  const ofApp = context?.appInstanceSettings?.decryptedSecureJsonData;
  return secretTexts([...Object.values(ofDataSource ?? {}), ...Object.values(ofApp ?? {})]);
}

/** Replaces secrets in every text of a value that a log line has as a field. */
export function hideSecretsInField(value: unknown, secrets: readonly string[]): unknown {
  if (secrets.length === 0) return value;
  if (typeof value === "string") return hideSecretValues(value, secrets);
  if (typeof value !== "object" || value === null || value instanceof Error) return value;
  try {
    const json = JSON.stringify(value, (_key, inner: unknown) =>
      typeof inner === "bigint" ? String(inner) : inner,
    );
    const escaped = secrets.map((secret) => JSON.stringify(secret).slice(1, -1));
    const hidden = hideSecretValues(json, escaped);
    return hidden === json ? value : JSON.parse(hidden);
  } catch {
    return value;
  }
}
