/**
 * Our host as a program of its own, for a runtime that has no node:test: runs every case of a variant against the
 * plugin whose command follows, and prints a line for each, as the Go host of the interop matrix does.
 */
import { inspect } from "node:util";
import type { Variant } from "../interop/cell.ts";
import { runTypeScriptHost } from "../interop/typescript-host.ts";

const [variant, image, command, ...args] = process.argv.slice(2);
if (variant === undefined || image === undefined || command === undefined) {
  throw new Error("expected: host-program.ts VARIANT IMAGE COMMAND [ARGUMENT …], where VARIANT is JSON");
}

await runTypeScriptHost({ command, args }, JSON.parse(variant) as Variant, image, async (name, run) => {
  const outcome = await Promise.resolve()
    .then(run)
    .then(
      () => ({ case: name, ok: true }),
      (error: unknown) => ({ case: name, ok: false, detail: inspect(error) }),
    );
  console.log(JSON.stringify(outcome));
});
