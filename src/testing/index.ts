export { createInMemoryPlugin, type InMemoryOptions } from "./create-in-memory-plugin.ts";
