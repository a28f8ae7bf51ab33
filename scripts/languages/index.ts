import { cpp } from "./cpp.ts";
import { go } from "./go.ts";
import type { Language } from "./language.ts";
import { python } from "./python.ts";

/** The languages beside TypeScript: tests and checks loop over them. */
export const languages: readonly Language[] = [python, go, cpp];
