package io.github.grafanapluginprotocol;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;

/**
 * The path of a unix socket in a new directory that nobody else can enter, because Java cannot set the mode with which a socket
 * is made. Both go when it is closed.
 */
record UnixSocket(Path path, GroupPrincipal group) implements AutoCloseable {
  /** Bytes of the longest path of a unix socket on every system that has them. */
  private static final int MAX_PATH = 103;

  /** Makes the directory where the host, or else the system, wants it. */
  static UnixSocket prepare(Map<String, String> environment) throws StartException {
    String named = environment.getOrDefault("PLUGIN_UNIX_SOCKET_DIR", "");
    String temporary = environment.getOrDefault("TMPDIR", "");
    String source = named.isEmpty() ? "the temporary directory (TMPDIR)" : "PLUGIN_UNIX_SOCKET_DIR";
    if (temporary.isEmpty()) {
      temporary = System.getProperty("java.io.tmpdir");
    }
    Path folder = Path.of(named.isEmpty() ? temporary : named).toAbsolutePath();
    String shown = "\"" + folder + "\"";
    // A name of the directory below has up to 19 digits.
    if ((folder + "/plugin-9999999999999999999/s").getBytes(StandardCharsets.UTF_8).length > MAX_PATH || folder.toString().contains("|")) {
      throw new StartException("a socket in " + shown + " has a path that is too long or has a \"|\": set PLUGIN_UNIX_SOCKET_DIR", null);
    }
    GroupPrincipal group = findGroup(folder, environment.getOrDefault("PLUGIN_UNIX_SOCKET_GROUP", ""));
    try {
      var onlyUs = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
      return new UnixSocket(Files.createTempDirectory(folder, "plugin-", onlyUs).resolve("s"), group);
    } catch (IOException error) {
      String reason = error instanceof NoSuchFileException ? "there is no such directory" : error.getMessage();
      throw new StartException("cannot make a socket in " + shown + ", because " + reason + ": check " + source, error);
    }
  }

  private static GroupPrincipal findGroup(Path folder, String name) throws StartException {
    try {
      return name.isEmpty() ? null : folder.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByGroupName(name);
    } catch (IOException error) {
      throw new StartException("expected a group of this system in PLUGIN_UNIX_SOCKET_GROUP, got \"" + name + "\"", error);
    }
  }

  /** Lets this user, or the host's group, use the socket, once it is bound. */
  void restrict() throws StartException {
    try {
      if (group == null) {
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-------"));
        return;
      }
      share(path, "rw-rw----");
      share(path.getParent(), "rwx--x---");
    } catch (IOException error) {
      String whom = group == null ? "its user" : "the group \"" + group.getName() + "\" (PLUGIN_UNIX_SOCKET_GROUP)";
      throw new StartException("cannot give the socket to " + whom + ": " + error, error);
    }
  }

  private void share(Path what, String mode) throws IOException {
    PosixFileAttributeView view = Files.getFileAttributeView(what, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
    view.setGroup(group);
    Files.setPosixFilePermissions(what, PosixFilePermissions.fromString(mode));
  }

  @Override
  public void close() {
    try {
      Files.deleteIfExists(path);
      Files.deleteIfExists(path.getParent());
    } catch (IOException error) {
      // Another file is in it, or the host has removed it.
    }
  }
}
