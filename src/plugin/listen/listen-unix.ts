import { tmpdir } from "node:os";
import { messageOf, PluginError } from "../../errors.ts";
import { groupId } from "../../go-plugin/group-id.ts";
import type { HostEnvironment } from "../../go-plugin/handshake/environment.ts";
import { maxUnixPathBytes } from "../../go-plugin/max-unix-path.ts";
import { bindOwnSocket } from "../../go-plugin/socket/bind-own-socket.ts";
import { checkDirectory } from "../../go-plugin/socket/check-directory.ts";
import { ownSocketBytes } from "../../go-plugin/socket/own-directory.ts";
import type { ListenOptions, SocketTransport, TransportServer } from "../../transport/socket-transport.ts";
import { logToHost } from "../process/log-to-host.ts";

/**
 * Listens on a unix socket in a new directory, which is removed with it: in the directory that the host names, else in
 * the system's temporary one. Only this user may use it, or also the members of the group that the host names.
 *
 * @throws PluginError `listen_failed` with the reason: a path that is too long, a directory in which other users could
 *   replace the socket, an unknown group, or one to which this process may not give the socket.
 */
export async function listenUnix(
  transport: SocketTransport,
  host: HostEnvironment,
  options: Omit<ListenOptions, "address">,
): Promise<TransportServer> {
  const parent = host.unixSocketDir ?? tmpdir();
  const group = host.unixSocketGroup;
  checkLength(parent);
  checkParent(parent, host.unixSocketDir !== undefined);
  const id = group === undefined ? undefined : idOf(group);
  const bind = (path: string): Promise<TransportServer> =>
    transport.listen({ ...options, address: { network: "unix", path } });
  const { server, path, remove } = await bindOwnSocket(parent, id, bind).catch((cause: unknown) => {
    throw describe(cause, group);
  });
  let closed: Promise<void> | undefined;
  return {
    ...server,
    address: { network: "unix", path },
    close: (how) => {
      closed ??= server.close(how).finally(remove);
      return closed;
    },
  };
}

/** @throws PluginError `listen_failed` when the path of a socket in the directory would be too long. */
export function checkLength(parent: string, platform: NodeJS.Platform = process.platform): void {
  const limit = maxUnixPathBytes(platform);
  if (Buffer.byteLength(parent) + ownSocketBytes <= limit) return;
  throw new PluginError(
    "listen_failed",
    `a socket below "${parent}" would have a path longer than the ${limit} bytes that a unix socket may have: ` +
      "set PLUGIN_UNIX_SOCKET_DIR or TMPDIR to a shorter directory",
  );
}

/** Only warns about the system's temporary directory: it was not chosen, and there may be no better one. */
function checkParent(parent: string, isNamed: boolean): void {
  try {
    checkDirectory(parent);
  } catch (cause) {
    const reason = messageOf(cause);
    if (!isNamed) logToHost({ level: "warn", message: reason, fields: {} });
    else throw new PluginError("listen_failed", `${reason} (PLUGIN_UNIX_SOCKET_DIR)`, { cause });
  }
}

function idOf(group: string): number {
  const id = groupId(group);
  if (id !== undefined) return id;
  throw new PluginError(
    "listen_failed",
    `the host asks for the group "${group}" (PLUGIN_UNIX_SOCKET_GROUP), which /etc/group does not have: ` +
      "create it, or give its number",
  );
}

function describe(cause: unknown, group: string | undefined): unknown {
  const isGroup = cause instanceof Error && "syscall" in cause && String(cause.syscall).includes("chown");
  if (!isGroup) return cause;
  return new PluginError(
    "listen_failed",
    `cannot give the socket to the group "${group}" (PLUGIN_UNIX_SOCKET_GROUP): ${messageOf(cause)}: ` +
      "make the user of the plugin a member of it",
    { cause },
  );
}
