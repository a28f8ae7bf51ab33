const defect: unique symbol = Symbol.for("grafana-plugin-protocol.defect");

/**
 * Marks a part of an answer with the exception that caused it. The answer is sent to the host with a status and a text;
 * the exception stays in the process, where `servePlugin` logs it with its stack. The mark is a property that is not
 * enumerable, so encoders and comparisons ignore it.
 */
export function markDefect<T extends object>(answer: T, reason: unknown): T {
  return Object.defineProperty(answer, defect, { value: { reason } });
}

/** The exception behind a part of an answer, or `undefined` where there is none. */
export function defectOf(answer: unknown): { readonly reason: unknown } | undefined {
  if (typeof answer !== "object" || answer === null) return undefined;
  return (answer as { readonly [defect]?: { readonly reason: unknown } })[defect];
}
