import type { Form } from "../vector.ts";
import type { InProcessAdapter } from "./in-process.ts";

/** How the vectors reach one language. */
export interface Adapter {
  /** As in docs/compatibility.md and in `npm run vectors -- --only`. */
  readonly name: string;
  /** What stands in the table's head. */
  readonly title: string;
  /** `["binary"]` for a language without a JSON mapping. */
  readonly forms: readonly Form[];
  /** Packages that the language has no bindings of. */
  readonly without?: readonly string[];
  /** Builds the adapter. `missing` is one sentence that says what the machine lacks. */
  readonly find: () => Promise<AdapterProgram>;
}

/** A built adapter. */
export type AdapterProgram =
  | { readonly inProcess: InProcessAdapter }
  | { readonly command: readonly [string, ...string[]] }
  | { readonly missing: string };
