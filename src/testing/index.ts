export { createInMemoryPlugin } from "./create-in-memory-plugin.ts";
