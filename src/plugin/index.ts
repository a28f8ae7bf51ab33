export { type ImplementedMajor, implement } from "./implement.ts";
export type { PluginLimits, ServeOptions } from "./serve-options.ts";
export { type PluginServer, servePlugin } from "./serve-plugin.ts";
