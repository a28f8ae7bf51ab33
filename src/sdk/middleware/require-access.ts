import type { ResourceEnv, ResourceHandler } from "../resources/serve-resources.ts";
import { type AccessRules, checkAccess } from "./access-rules.ts";

/**
 * Puts rules of access before a resource handler: `requireAccess({ role: "Editor" }, handler)`. Others get 401 or 403,
 * as JSON with a `message`, and the handler is not called.
 *
 * @throws TypeError for a role that is none
 */
export function requireAccess<Env extends ResourceEnv>(
  rules: AccessRules,
  handler: ResourceHandler<Env>,
): ResourceHandler<Env> {
  return async (request, env) => {
    const refusal = await checkAccess(env.context, rules);
    if (refusal === undefined) return handler(request, env);
    const { status, message } = refusal;
    return { code: status, body: { message } };
  };
}
