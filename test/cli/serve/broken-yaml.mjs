// Preloaded into a program of a test: the package yaml is there, and a file of it is missing.
import { registerHooks } from "node:module";

registerHooks({
  resolve(specifier, context, next) {
    if (specifier !== "yaml") return next(specifier, context);
    const source = 'throw new Error("no such\\nfile")';
    return { url: `data:text/javascript,${encodeURIComponent(source)}`, shortCircuit: true };
  },
});
