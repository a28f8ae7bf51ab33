import { cpp } from "./cpp.ts";
import { go } from "./go.ts";
import { java } from "./java.ts";
import type { Language } from "./language.ts";
import { python } from "./python.ts";
import { rust } from "./rust.ts";

/** The languages beside TypeScript: tests and checks loop over them. */
export const languages: readonly Language[] = [cpp, go, java, python, rust];
