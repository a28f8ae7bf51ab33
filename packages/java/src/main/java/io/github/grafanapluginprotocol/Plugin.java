package io.github.grafanapluginprotocol;

import io.grpc.BindableService;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A plugin of Grafana: the services that one executable has, by protocol major.
 *
 * <pre>{@code
 * public static void main(String[] args) {
 *   new Plugin()
 *       .v2(new MyData(), new MyDiagnostics())
 *       .v1(new MyDatasource())
 *       .serve();
 * }
 * }</pre>
 *
 * <p>Services extend the classes of generated code, such as {@code DataGrpc.DataImplBase}. RPCs without a method, and services
 * that are not given, answer UNIMPLEMENTED. Methods run in threads of their own.
 *
 * <p>It is not thread-safe: build it in {@code main}.
 */
public final class Plugin {
  private final TreeMap<Integer, List<BindableService>> servicesByMajor = new TreeMap<>();
  private Options options = Options.DEFAULT;

  /** A plugin without a service. */
  public Plugin() {}

  /**
   * Adds protocol major 2, which Grafana 7 and later and Plutono speak.
   *
   * @param services services of {@code pluginv2}; those of {@code pluginextensionv2} and {@code grafana.plugin.v3} travel in
   *     this major as well
   * @return this plugin
   * @throws IllegalArgumentException for a service of major 1, and when the major is added twice
   */
  public Plugin v2(BindableService... services) {
    return major(2, services);
  }

  /**
   * Adds protocol major 1, which Grafana 5 to 7 and Plutono speak.
   *
   * @param services services of {@code models}
   * @return this plugin
   * @throws IllegalArgumentException for a service of another major, and when the major is added twice
   */
  public Plugin v1(BindableService... services) {
    return major(1, services);
  }

  private Plugin major(int major, BindableService... services) {
    for (BindableService service : services) {
      String name = service.bindService().getServiceDescriptor().getName();
      if (name.startsWith("models.") != (major == 1)) {
        throw new IllegalArgumentException("expected services of protocol " + major + ", got " + name + ": add it to its own major");
      }
    }
    if (servicesByMajor.putIfAbsent(major, List.of(services)) != null) {
      throw new IllegalArgumentException("expected protocol " + major + " once: pass all its services in one call");
    }
    return this;
  }

  /**
   * Changes how the plugin is served; rarely needed.
   *
   * @param changed the options
   * @return this plugin
   */
  public Plugin with(Options changed) {
    options = changed;
    return this;
  }

  /**
   * Serves the highest major that the host and the plugin have in common, until the host ends the plugin.
   *
   * <p>Call it last in {@code main}. It owns the process: it exits with code 1 and go-plugin's text when no host started it, and
   * with one line on stderr when it cannot serve. It returns after Shutdown, SIGTERM, or the end of the host. If the process has
   * not ended 1.5 seconds later, because a handler or a thread of the plugin goes on, it ends the process.
   *
   * <p>Log with {@code java.util.logging}: records reach the host as hclog lines, unless the program has configured that itself.
   * What is printed to {@code System.out} reaches the host as go-plugin's stdio.
   *
   * @throws IllegalStateException without a major
   */
  public void serve() {
    if (servicesByMajor.isEmpty()) {
      throw new IllegalStateException("expected at least one protocol major: new Plugin().v2(...).serve()");
    }
    Map<String, String> environment = System.getenv();
    if (!isFromHost(environment.getOrDefault(options.cookieKey(), ""))) {
      System.err.print(Handshake.COOKIE_TEXT);
      exit(1);
    }
    int major = Handshake.chooseMajor(servicesByMajor.keySet(), environment.get("PLUGIN_PROTOCOL_VERSIONS"));
    try {
      new Server(environment, options, major, new ArrayList<>(servicesByMajor.get(major))).run();
    } catch (StartException error) {
      System.err.println("plugin cannot start: " + String.valueOf(error.getMessage()).replace('\n', ' '));
      exit(1);
    }
  }

  /** At once: threads and hooks of the program do not matter to a plugin that never served. */
  private static void exit(int code) {
    System.err.flush();
    Runtime.getRuntime().halt(code);
  }

  /** Hosts before Grafana 7 send another value to renderers of major 1. */
  private boolean isFromHost(String seen) {
    boolean renders =
        options.cookieValue().equals(Options.DEFAULT.cookieValue())
            && servicesByMajor.getOrDefault(1, List.of()).stream()
                .anyMatch(service -> service.bindService().getServiceDescriptor().getName().equals("models.Renderer"));
    return !seen.isEmpty() && (seen.equals(options.cookieValue()) || (renders && seen.equals("renderer")));
  }

  /**
   * How a plugin is served.
   *
   * @param cookieKey the environment variable by which a host is recognised
   * @param cookieValue the value of that variable
   * @param network where to listen; {@code null} is a unix socket, and TCP on Windows
   * @param maxReceiveBytes the largest request
   */
  public record Options(String cookieKey, String cookieValue, Network network, int maxReceiveBytes) {
    /** Grafana's cookie, a unix socket that only this user may use (TCP on Windows), and 16 MiB, as Grafana's own plugins. */
    public static final Options DEFAULT = new Options("grafana_plugin_type", "datasource", null, 16 << 20);

    /**
     * The options for hosts of another system on go-plugin.
     *
     * @param key the environment variable by which a host is recognised
     * @param value its value
     * @return changed options
     */
    public Options withCookie(String key, String value) {
      return new Options(key, value, network, maxReceiveBytes);
    }

    /**
     * The options with another kind of socket.
     *
     * @param changed where to listen
     * @return changed options
     */
    public Options withNetwork(Network changed) {
      return new Options(cookieKey, cookieValue, changed, maxReceiveBytes);
    }

    /**
     * The options with another limit for requests. Answers have none.
     *
     * @param bytes the largest request
     * @return changed options
     */
    public Options withMaxReceiveBytes(int bytes) {
      return new Options(cookieKey, cookieValue, network, bytes);
    }
  }

  /** Kinds of sockets. */
  public enum Network {
    /** A unix socket in PLUGIN_UNIX_SOCKET_DIR, else in the temporary directory. */
    UNIX,
    /** A port of 127.0.0.1 from PLUGIN_MIN_PORT to PLUGIN_MAX_PORT. Every user of the machine can connect. */
    TCP
  }
}
