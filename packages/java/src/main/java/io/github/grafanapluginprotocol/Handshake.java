package io.github.grafanapluginprotocol;

import java.util.Base64;
import java.util.HashSet;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/** Cookie text, negotiation and handshake line of go-plugin. */
final class Handshake {
  /** The same text as go-plugin's. */
  static final String COOKIE_TEXT =
      """
      This binary is a plugin. These are not meant to be executed directly.
      Please execute the program that consumes these plugins, which will
      load any plugins automatically
      """;

  private Handshake() {}

  /**
   * The highest common major. Without one it is the lowest of the plugin: the host then reports the mismatch.
   *
   * @param offered PLUGIN_PROTOCOL_VERSIONS, in any order. Entries that are not numbers are left out, as go-plugin does
   */
  static int chooseMajor(Set<Integer> own, String offered) {
    Set<Integer> majors = new HashSet<>();
    for (String entry : (offered == null ? "" : offered).split(",")) {
      if (entry.strip().matches("[0-9]{1,9}")) {
        majors.add(Integer.parseInt(entry.strip()));
      }
    }
    SortedSet<Integer> common = new TreeSet<>(own);
    common.retainAll(majors);
    return common.isEmpty() ? new TreeSet<>(own).first() : common.last();
  }

  /**
   * The handshake line, with its line end.
   *
   * @param certificate DER; empty without TLS
   */
  static String formatLine(int major, String network, String address, byte[] certificate) {
    String field = Base64.getEncoder().withoutPadding().encodeToString(certificate);
    return "1|" + major + "|" + network + "|" + address + "|grpc|" + field + "\n";
  }
}
