import { type CallFacts, findMetadata } from "./call-facts.ts";

/**
 * The tenant of a call, in a host that serves several with one plugin: the entry `tenantid` of its metadata. Instances
 * and caches must be separate for each tenant.
 *
 * @param call Connect's context of the call
 * @returns `undefined` without a tenant, as in every Grafana that runs on its own
 */
export function tenantOf(call: CallFacts): string | undefined {
  return findMetadata(call, "tenantid") || undefined;
}
