import { isError, messageOf } from "../errors.ts";

/** Causes below an error that its stack names. */
const maxCauses = 8;

/**
 * The stack of an error and of its causes, for a log. For other values only the message, because an object may be a
 * request with secrets. Never throws.
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
