// Preloaded into a program of a test: there is no package yaml for it.
import { registerHooks } from "node:module";

registerHooks({
  resolve(specifier, context, next) {
    if (specifier !== "yaml") return next(specifier, context);
    throw Object.assign(new Error("Cannot find package 'yaml'"), { code: "ERR_MODULE_NOT_FOUND" });
  },
});
