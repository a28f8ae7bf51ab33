import { makeOwnDirectory, type OwnDirectory } from "./own-directory.ts";

/** A server on a unix socket that has its own directory. */
interface OwnSocket<Server> {
  readonly server: Server;
  readonly path: string;
  /** Removes the socket and its directory, if they exist. Never throws. */
  readonly remove: () => void;
}

/**
 * Binds a unix socket that only this user may use, or also the members of a group. Node binds with the permissions that
 * the umask leaves, and the umask belongs to the whole process. So the socket is bound in a directory that other users
 * cannot enter until the socket has its permissions.
 *
 * @param bind receives the path
 * @throws the error of `bind`, or Error with the system's reason; then no file is left
 */
export async function bindOwnSocket<Server extends { close(): Promise<void> }>(
  parent: string,
  groupId: number | undefined,
  bind: (path: string) => Promise<Server>,
): Promise<OwnSocket<Server>> {
  const directory = makeOwnDirectory(parent);
  try {
    const server = await bind(directory.socket);
    await protect(directory, groupId).catch(async (error: unknown) => {
      await server.close();
      throw error;
    });
    return { server, path: directory.socket, remove: directory.remove };
  } catch (error) {
    directory.remove();
    throw error;
  }
}

async function protect(directory: OwnDirectory, groupId: number | undefined): Promise<void> {
  directory.protectSocket(groupId);
  if (groupId !== undefined) directory.admit(groupId);
  directory.settle();
}
