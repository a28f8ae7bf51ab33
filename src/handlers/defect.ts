const defect: unique symbol = Symbol.for("grafana-plugin-protocol.defect");

/**
 * Notes on a part of an answer that an exception is behind it. The answer travels to the host with a status and a text;
 * the exception stays in the process, and whoever serves the handler logs it with its stack. The mark is a property that
 * is not enumerable: neither an encoder nor a comparison sees it.
 */
export function markDefect<T extends object>(answer: T, reason: unknown): T {
  return Object.defineProperty(answer, defect, { value: { reason } });
}

/** The exception behind a part of an answer, or `undefined` where there is none. */
export function defectOf(answer: unknown): { readonly reason: unknown } | undefined {
  if (typeof answer !== "object" || answer === null) return undefined;
  return (answer as { readonly [defect]?: { readonly reason: unknown } })[defect];
}
