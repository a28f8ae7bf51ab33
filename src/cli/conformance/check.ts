import type { World } from "./world.ts";

/** What a check has to be given, or what the plugin has to have, for the check to run. */
export type Need =
  | "major 1"
  | "major 2"
  | "a query"
  | "a stream"
  | "Linux"
  | "a call"
  | `${"Diagnostics" | "Data" | "Resource" | "Stream"}/${string}`;

/** One fact about a plugin that can be checked from outside. */
export interface Check {
  /** `group.name`, stable: expected failures and `--only` name it. */
  readonly name: string;
  /** One sentence that holds for a plugin that conforms. */
  readonly fact: string;
  /** Where the fact comes from. */
  readonly source: string;
  /**
   * `must`: a host needs it. `should`: official Go plugins of some age do without; a failure counts with `--strict` only.
   * Default `must`.
   */
  readonly level?: "must" | "should";
  readonly needs?: readonly Need[];
  readonly run: (world: World) => Promise<Outcome>;
}

/** The result of one check. */
export type Outcome =
  | { readonly kind: "passed" }
  | { readonly kind: "left out"; readonly why: string }
  | {
      readonly kind: "failed";
      readonly expected: string;
      readonly seen: string;
      /** What the author of the plugin does next. */
      readonly advice: string;
    };

export const passed: Outcome = { kind: "passed" };

export function leftOut(why: string): Outcome {
  return { kind: "left out", why };
}

export function failed(expected: string, seen: string, advice: string): Outcome {
  return { kind: "failed", expected, seen, advice };
}

/** The outcome of a check that compares: passed if `isRight`, else failed with the other arguments. */
export function expectThat(isRight: boolean, expected: string, seen: string, advice: string): Outcome {
  return isRight ? passed : failed(expected, seen, advice);
}
