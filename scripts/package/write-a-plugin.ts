import type { Tutorial } from "./follow-tutorial.ts";
import { pluginExecutableName } from "./plugin-executable-name.ts";

/** docs/write-a-plugin.md: types, tests, a host, and the plugin's folder, whose launcher that host starts. */
export const writeAPlugin: Tutorial = {
  example: "write-a-plugin",
  follow: async ({ install, run, tool }) => {
    await install("zod", "undici", "typescript", "@types/node", "esbuild");
    await run(tool("tsc"));
    await run("node", "--test");
    await run("node", "host.ts");
    await run("node", "build.mjs");
    return run("node", "host.ts", `dist/${pluginExecutableName("gpx_greenhouse")}`);
  },
};
