import type { Check, Outcome } from "../check.ts";
import type { HostWorld } from "./host-world.ts";

/** One fact about a host that a plugin can see. */
export interface HostCheck extends Omit<Check, "run" | "needs"> {
  readonly run: (world: HostWorld) => Promise<Outcome>;
}
