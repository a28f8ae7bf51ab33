import { describeValue } from "../../option-checks.ts";

/**
 * The answer of a handler that may return nothing to allow what is asked. Any other value than an object is refused,
 * because `false` or a word would allow it, too.
 *
 * @throws TypeError
 */
export function answerObject<Answer extends object>(
  what: string,
  expected: string,
  answer: Answer | undefined,
): Partial<Answer> {
  if (answer === undefined) return {};
  if (typeof answer === "object" && answer !== null && !Array.isArray(answer)) return answer;
  throw new TypeError(`${what}: expected nothing or ${expected}, got ${describeValue(answer)}`);
}
