import { chmodSync, chownSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { PluginError } from "../../errors.ts";
import { groupId } from "../../goplugin/group-id.ts";
import type { ListenOptions, SocketTransport, TransportServer } from "../../transport/socket-transport.ts";
import { anyCharacters } from "./listen-address.ts";

/**
 * Listens on a unix socket that only this user may use, or the members of `group` too.
 *
 * Node binds a socket with the permissions that the umask leaves, and the umask belongs to the whole process.
 * So the socket is bound in a directory that only this user can enter, gets its owner and permissions there, and is
 * then moved to its place: at no time can anyone else connect, and no link is followed on the way. Its name has
 * the characters of the directory's, which the system chose at random.
 *
 * Files are handled in sync: nothing else goes on at a start, and `fs/promises` alone would take 3 ms to load.
 *
 * @throws PluginError `listen_failed` for a group that is unknown, or that this process may not give the socket to.
 */
export async function listenUnix(
  transport: SocketTransport,
  template: string,
  group: string | undefined,
  options: Omit<ListenOptions, "address">,
): Promise<TransportServer> {
  const nursery = mkdtempSync(join(dirname(template), "plugin-"));
  const path = join(
    dirname(template),
    basename(template).replace(anyCharacters, nursery.slice(-anyCharacters.length)),
  );
  // Shorter than the path, so what is short enough for the one is for the other.
  const cradle = join(nursery, basename(path).slice(-1));
  try {
    const server = await transport.listen({ ...options, address: { network: "unix", path: cradle } });
    try {
      if (group !== undefined) await giveToGroup(cradle, group);
      chmodSync(cradle, group === undefined ? 0o600 : 0o660);
      renameSync(cradle, path);
    } catch (error) {
      await server.close();
      throw error;
    }
    let closed: Promise<void> | undefined;
    const close: TransportServer["close"] = (how) => {
      // The transport removes what it bound, which is not there any more.
      closed ??= server.close(how).finally(() => rmSync(path, { force: true }));
      return closed;
    };
    return { address: { network: "unix", path }, close };
  } finally {
    rmSync(nursery, { recursive: true, force: true });
  }
}

async function giveToGroup(path: string, group: string): Promise<void> {
  const id = groupId(group);
  if (id === undefined) {
    throw new PluginError(
      "listen_failed",
      `the host asks for the group "${group}" (PLUGIN_UNIX_SOCKET_GROUP), which /etc/group does not have: ` +
        "create it, or give its number",
    );
  }
  try {
    chownSync(path, -1, id);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new PluginError(
      "listen_failed",
      `cannot give the socket to the group "${group}" (PLUGIN_UNIX_SOCKET_GROUP): ${reason}: ` +
        "make the user of the plugin a member of it",
      { cause },
    );
  }
}
