import { functionOption, invalidOption, objectOption } from "../../option-checks.ts";
import type { RequestContext } from "../context/request-context.ts";

type Awaitable<T> = T | Promise<T>;

/** Who may call. All of the rules must hold. */
export interface AccessRules {
  /** The lowest role: `Viewer`, `Editor` or `Admin`. Default: every role, `None` too. */
  readonly role?: "Admin" | "Editor" | "Viewer" | undefined;
  /** Whether calls without a user are refused, such as those of the host itself. Default true. */
  readonly isUserRequired?: boolean | undefined;
  /**
   * Whether the caller is who it says, such as by the signature of the token in
   * `context.headers.get(HeaderName.grafanaId)`. Anything but `true`, and an exception, is status 401. Default: true, because only the
   * host can reach a plugin on its socket.
   */
  readonly verify?: ((context: RequestContext) => Awaitable<boolean>) | undefined;
  /** Whether this user may do this. Anything but `true` is status 403. Default: true. */
  readonly allow?: ((context: RequestContext) => Awaitable<boolean>) | undefined;
}

/** The answer to a call that may not be made. */
export interface Refusal {
  readonly status: 401 | 403;
  readonly message: string;
}

const roles: readonly string[] = ["Viewer", "Editor", "Admin"];

/**
 * Checks rules when they are given: with a role that does not exist every user would have a role at least as high.
 *
 * @returns a copy, so that a later change has no effect
 * @throws PluginError `invalid_option`
 */
export function accessRules(rules: AccessRules): AccessRules {
  const { role, isUserRequired, verify, allow } = objectOption("rules", rules, "an object such as { role }");
  if (role !== undefined && !roles.includes(role))
    throw invalidOption("role", `one of ${roles.join(", ")}`, role);
  if (isUserRequired !== undefined && typeof isUserRequired !== "boolean") {
    throw invalidOption("isUserRequired", "true or false", isUserRequired);
  }
  if (verify !== undefined) functionOption("verify", verify);
  if (allow !== undefined) functionOption("allow", allow);
  return { role, isUserRequired, verify, allow };
}

/** Checks a call by the rules. Returns `undefined` for one that is allowed. Rejects if `allow` throws. */
export async function checkAccess(
  context: RequestContext,
  { role, isUserRequired = true, verify, allow }: AccessRules,
): Promise<Refusal | undefined> {
  const { user } = context;
  const isSignedIn = user !== undefined && user.login !== "";
  if (!isSignedIn && (isUserRequired || role !== undefined)) {
    return { status: 401, message: "expected a user who is signed in" };
  }
  if (verify !== undefined && !(await isVerified(verify, context))) {
    return { status: 401, message: "the caller could not be verified" };
  }
  if (role !== undefined && roles.indexOf(user?.role ?? "") < roles.indexOf(role)) {
    return { status: 403, message: `expected the role ${role} or a higher one` };
  }
  if (allow !== undefined && (await allow(context)) !== true) {
    return { status: 403, message: "the user may not do this" };
  }
  return undefined;
}

/** Libraries throw for a token that is not valid. Why goes to the log and not to the caller. */
async function isVerified(
  verify: NonNullable<AccessRules["verify"]>,
  context: RequestContext,
): Promise<boolean> {
  try {
    return (await verify(context)) === true;
  } catch (error) {
    context.log.warn("a caller could not be verified", { error });
    return false;
  }
}
