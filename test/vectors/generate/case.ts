import type { ClassName } from "./classes.ts";

/** A vector without its message, form and field. */
export interface Case {
  readonly kind: ClassName;
  /** The case's name: the class, and what is particular. */
  readonly name: string;
  readonly input: Uint8Array;
}

/** Makes a function that appends cases; `particular` may be empty. */
export function addCase(
  cases: Case[],
): (kind: ClassName, particular: string, input: Uint8Array | string) => void {
  return (kind, particular, input) => {
    const bytes = typeof input === "string" ? new TextEncoder().encode(input) : input;
    cases.push({ kind, name: particular === "" ? kind : `${kind}-${particular}`, input: bytes });
  };
}
