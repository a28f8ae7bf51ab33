import type { RequestContext } from "./request-context.ts";

/**
 * Whether a feature toggle of the host is on, such as `hasFeature(context, "idForwarding")`.
 *
 * @throws PluginError `invalid_option` if the host's configuration cannot be read.
 */
export function hasFeature(context: Pick<RequestContext, "config">, name: string): boolean {
  return context.config.featureToggles.includes(name);
}
