import { callChecks } from "./call-checks.ts";
import { endChecks } from "./end-checks.ts";
import { environmentChecks } from "./environment-checks.ts";
import type { HostCheck } from "./host-check.ts";

/** Every check of a host, in the order of a run. */
export const hostChecks: readonly HostCheck[] = [...environmentChecks, ...callChecks, ...endChecks];
