import { AssertionError } from "node:assert";
import { checkAlerting } from "../frames/alerting.ts";
import type { Frame } from "../frames/frame.ts";

/**
 * Asserts that alert rules, recording rules and expressions can use the frames of a response.
 *
 * @param frames the frames of one response, or one frame
 * @param as the form that they have to have: `series`, `numbers` or `noData`. Default: any of them.
 * @throws AssertionError that says what is missing, as `checkAlerting` does.
 */
export function assertAlertable(
  frames: Frame | readonly Frame[],
  as?: "noData" | "numbers" | "series",
): void {
  const check = checkAlerting(frames);
  if (check.ok && (as === undefined || check.as === as)) return;
  throw new AssertionError({
    message: check.ok
      ? `expected frames that alert rules use as ${as}, got frames that they use as ${check.as}`
      : `alert rules cannot use the frames: ${check.reason}`,
    stackStartFn: assertAlertable,
  });
}
