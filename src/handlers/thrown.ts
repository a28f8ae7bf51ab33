/** Texts of what was thrown, which may be anything: an error of another realm, a string, an object without a prototype. */

/** Causes below an error that its stack names. */
const maxCauses = 8;

/** Also for an error of another realm (Jest, `node:vm`), which is not an `instanceof Error`. */
export function isError(reason: unknown): reason is Error {
  return reason instanceof Error || Object.prototype.toString.call(reason) === "[object Error]";
}

/** The message of what was thrown. Never throws. */
export function messageOf(reason: unknown): string {
  try {
    const message = isError(reason) || hasMessage(reason) ? reason.message : reason;
    return typeof message === "string" ? message : String(message);
  } catch {
    return `a ${typeof reason} that has no text`;
  }
}

/**
 * The stack of an error and of its causes, for a log. Of anything else only the message: the object may be a request,
 * with secrets. Never throws.
 */
export function stackOf(reason: unknown): string {
  try {
    const stacks: string[] = [];
    let link = reason;
    while (isError(link) && stacks.length <= maxCauses) {
      stacks.push(String(link.stack || link.message));
      link = link.cause;
    }
    return stacks.length === 0 ? messageOf(reason) : stacks.join("\ncaused by ");
  } catch {
    return messageOf(reason);
  }
}

function hasMessage(reason: unknown): reason is { readonly message: string } {
  return (
    typeof reason === "object" && reason !== null && "message" in reason && typeof reason.message === "string"
  );
}
