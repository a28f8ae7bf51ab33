import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { suite, test } from "node:test";
import { type LaunchOptions, launchPlugin } from "grafana-plugin-protocol/host";
import { v2 } from "grafana-plugin-protocol/v2";
import { atEnd } from "../helpers/at-end.ts";
import { launchFixture } from "../helpers/launch.ts";
import { privateTmp } from "../helpers/private-tmp.ts";
import { rejectsWithPluginError } from "../helpers/rejection.ts";

/**
 * Prints what the shell was started with, and ends: its arguments, its descriptors and its variables. The descriptors
 * as bare numbers, because a shell has more of them while it makes a pipeline or redirects a command.
 */
const tellAll = [
  "-c",
  `for argument in "$0" "$@"; do echo "argument $argument" >&2; done
   for descriptor in 0 1 2; do echo "stream $(/usr/bin/readlink /proc/$$/fd/$descriptor)" >&2; done
   exec >&2
   /bin/ls /proc/$$/fd
   /usr/bin/tr '\\n\\0' ' \\n' </proc/$$/environ | /usr/bin/sed 's/^/variable /'
   echo "directory $PWD"`,
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
async function seenByPlugin(
  options: Partial<LaunchOptions<readonly [typeof v2]>> = {},
): Promise<Record<string, string[]>> {
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
        const text = /^\d+$/.test(message) ? `descriptor ${message}` : message;
        const [kind = "", ...rest] = text.split(" ");
        seen[kind] = [...(seen[kind] ?? []), rest.join(" ")];
      },
      ...options,
    }),
    "exited",
  );
  return seen;
}

suite("a plugin sees what it is given", () => {
  test("a plugin sees what it is given and nothing else", async (t) => {
    const tmp = await privateTmp(t);
    // What the host has open is the host's.
    const files = await Promise.all(
      Array.from({ length: 5 }, (_, index): Promise<FileHandle> => open(join(tmp.path, `${index}`), "w")),
    );
    const server = createServer().listen(join(tmp.path, "host.sock"));
    // With its pipes, its socket and its watchdog.
    await launchFixture(t);
    atEnd(t, async () => {
      await Promise.all(files.map((file) => file.close()));
      await new Promise((resolve) => server.close(resolve));
    });

    const seen = await seenByPlugin();

    assert.deepEqual(seen["argument"], ["first", "second argument"]);
    // The watchdog's pipe is none of them.
    assert.deepEqual(seen["descriptor"]?.sort(), [...new Set(["0", "1", "2", ...inheritable()])].sort());
    assert.deepEqual(
      seen["stream"]?.map((target) => target.replace(/\d+/, "N")),
      ["/dev/null", "socket:[N]", "socket:[N]"],
    );
    assert.equal(new Set(seen["stream"]).size, 3, "stdout and stderr are two");
    assert.deepEqual(seen["directory"], ["/"]);
    const variables = variablesOf(seen);
    const sockets = variables["PLUGIN_UNIX_SOCKET_DIR"] ?? "";
    assert.ok(sockets.startsWith(`${tmp.path}/`), `the sockets are in a directory of their own: ${sockets}`);
    assert.deepEqual(variables, {
      GIVEN: "yes",
      PLUGIN_MAX_PORT: "25000",
      PLUGIN_MIN_PORT: "10000",
      PLUGIN_PROTOCOL_VERSIONS: "2",
      PLUGIN_UNIX_SOCKET_DIR: sockets,
      grafana_plugin_type: "datasource",
    });
    assert.deepEqual(Object.keys(seen).sort(), ["argument", "descriptor", "directory", "stream", "variable"]);
  });

  test("a plugin sees of the host's environment what inheritEnv names; with TLS a certificate, and no more descriptors", async (t) => {
    await privateTmp(t);
    for (const [name, value] of Object.entries({ INHERITED: "yes", KEPT: "no", PLUGIN_MIN_PORT: "1" })) {
      process.env[name] = value;
      atEnd(t, async () => {
        delete process.env[name];
      });
    }

    const plain = await seenByPlugin({ inheritEnv: ["INHERITED", "PLUGIN_MIN_PORT"], env: {} });
    const secured = await seenByPlugin({
      inheritEnv: ["INHERITED", "PLUGIN_MIN_PORT"],
      env: {},
      tls: "auto",
    });

    const { PLUGIN_UNIX_SOCKET_DIR: _own, ...rest } = variablesOf(plain);
    const { PLUGIN_UNIX_SOCKET_DIR: _other, PLUGIN_CLIENT_CERT, ...same } = variablesOf(secured);
    assert.deepEqual(rest, {
      INHERITED: "yes",
      PLUGIN_MAX_PORT: "25000",
      PLUGIN_MIN_PORT: "10000",
      PLUGIN_PROTOCOL_VERSIONS: "2",
      grafana_plugin_type: "datasource",
    });
    assert.deepEqual(same, rest);
    assert.match(PLUGIN_CLIENT_CERT ?? "", /^-----BEGIN CERTIFICATE----- [^-]+ -----END CERTIFICATE----- $/);
    assert.deepEqual(secured["descriptor"], plain["descriptor"]);
  });
});

/** By name; in the values a space stands for the end of a line. */
function variablesOf(seen: Readonly<Record<string, readonly string[]>>): Record<string, string> {
  const lines = seen["variable"] ?? [];
  return Object.fromEntries(
    lines.map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)]),
  );
}
