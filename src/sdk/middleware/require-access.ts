import { functionOption } from "../../option-checks.ts";
import type { ResourceEnv, ResourceHandler } from "../resources/serve-resources.ts";
import { type AccessRules, accessRules, checkAccess } from "./access-rules.ts";

/**
 * Puts rules of access before a resource handler: `requireAccess({ role: "Editor" }, handler)`. Others get 401 or 403,
 * as JSON with a `message`, and the handler is not called.
 *
 * @throws PluginError `invalid_option` for rules that cannot be used, such as a role that does not exist
 */
export function requireAccess<Env extends ResourceEnv>(
  rules: AccessRules,
  handler: ResourceHandler<Env>,
): ResourceHandler<Env> {
  const checked = accessRules(rules);
  functionOption("handler", handler);
  return async (request, env) => {
    const refusal = await checkAccess(env.context, checked);
    if (refusal === undefined) return handler(request, env);
    const { status, message } = refusal;
    return { code: status, body: { message } };
  };
}
