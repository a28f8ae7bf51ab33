import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { suite, test } from "node:test";
import { launchPlugin } from "grafana-plugin-protocol/host";
import { v2 } from "grafana-plugin-protocol/v2";
import { atEnd } from "../helpers/at-end.ts";
import { privateTmp } from "../helpers/private-tmp.ts";
import { rejectsWithPluginError } from "../helpers/rejection.ts";

/** Prints what the shell was started with, and ends: its arguments, its descriptors and its variables. */
const tellAll = [
  "-c",
  `for argument in "$0" "$@"; do echo "argument $argument" >&2; done
   /bin/ls /proc/$$/fd | /usr/bin/sed 's/^/descriptor /' >&2
   /usr/bin/tr '\\0' '\\n' </proc/$$/environ | /usr/bin/sed 's/^/variable /' >&2
   echo "directory $PWD" >&2`,
];

/** Descriptors that whoever started this process left open for all that comes after it, as a terminal may. */
function inheritable(): string[] {
  return readdirSync("/proc/self/fdinfo").filter((descriptor) => {
    try {
      const flags = /flags:\s+([0-7]+)/.exec(readFileSync(`/proc/self/fdinfo/${descriptor}`, "utf8"))?.[1];
      return (Number.parseInt(flags ?? "0", 8) & closeOnExec) === 0;
    } catch {
      return false;
    }
  });
}
const closeOnExec = 0o2000000;

/** By kind, what the plugin told of itself. */
async function seenByPlugin(): Promise<Record<string, string[]>> {
  const seen: Record<string, string[]> = {};
  await rejectsWithPluginError(
    launchPlugin({
      command: "/bin/sh",
      args: [...tellAll, "first", "second argument"],
      cwd: "/",
      env: { GIVEN: "yes" },
      inheritEnv: false,
      protocols: [v2],
      onLog: ({ message }) => {
        const [kind = "", ...rest] = message.split(" ");
        seen[kind] = [...(seen[kind] ?? []), rest.join(" ")];
      },
    }),
    "exited",
  );
  return seen;
}

suite("a plugin sees what it is given", () => {
  test("and nothing else", async (t) => {
    const tmp = await privateTmp(t);
    // What the host has open is the host's.
    const files = await Promise.all(
      Array.from({ length: 5 }, (_, index): Promise<FileHandle> => open(join(tmp.path, `${index}`), "w")),
    );
    const server = createServer().listen(join(tmp.path, "host.sock"));
    atEnd(t, async () => {
      await Promise.all(files.map((file) => file.close()));
      await new Promise((resolve) => server.close(resolve));
    });

    const seen = await seenByPlugin();

    assert.deepEqual(seen["argument"], ["first", "second argument"]);
    assert.deepEqual(seen["descriptor"]?.sort(), [...new Set(["0", "1", "2", ...inheritable()])].sort());
    assert.deepEqual(seen["directory"], ["/"]);
    assert.deepEqual(seen["variable"]?.map((line) => line.slice(0, line.indexOf("="))).sort(), [
      "GIVEN",
      "PLUGIN_MAX_PORT",
      "PLUGIN_MIN_PORT",
      "PLUGIN_PROTOCOL_VERSIONS",
      "PLUGIN_UNIX_SOCKET_DIR",
      "grafana_plugin_type",
    ]);
    assert.deepEqual(Object.keys(seen).sort(), ["argument", "descriptor", "directory", "variable"]);
  });
});
