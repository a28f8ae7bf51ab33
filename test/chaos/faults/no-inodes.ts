import { execFile } from "node:child_process";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { fixturePlugin } from "../../helpers/launch.ts";
import { compileCache, sourceProgram } from "../../helpers/run-program.ts";
import type { Fault } from "../world.ts";

const run = promisify(execFile);
const host = new URL("../fixtures/host-without-inodes.ts", import.meta.url);

/**
 * A file system with room for two entries: its root, and the directory that the host makes for the socket.
 * The first two arguments are its mount point and what is then run.
 */
const script = 'mount -t tmpfs -o nr_inodes=2 tmpfs "$0" && TMPDIR="$0" exec "$@"';

/** The file system is full when the plugin makes its socket. */
export const noInodes: Fault = {
  name: "no inodes for the socket",
  unavailable: () =>
    run("unshare", ["-Urm", "true"]).then(
      () => undefined,
      () => "this system does not let a user make a mount namespace (unshare -Urm)",
    ),
  inject: async ({ directory, newName, ledger }) => {
    const mountPoint = join(directory, newName());
    await mkdir(mountPoint);
    const { command, args } = fixturePlugin();
    const started = run(
      "unshare",
      ["-Urm", "sh", "-c", script, mountPoint, process.execPath, ...sourceProgram(host, command, ...args)],
      { env: { ...process.env, ...compileCache } },
    );
    const verdict = started.then(({ stdout }) => {
      if (stdout.trim() !== "exited: listen_failed") throw new Error(stdout);
    });
    await ledger.follow("start without room for the socket", verdict, ["ok"]);
  },
};
