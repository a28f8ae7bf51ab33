package io.github.grafanapluginprotocol;

import io.grpc.BindableService;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.services.HealthStatusManager;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.nio.NioServerDomainSocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.logging.Logger;

/** One run of a plugin. */
final class Server {
  private static final Logger LOGGER = Logger.getLogger(Plugin.class.getPackageName());
  /** How long calls in flight may go on after the host has asked for the end. */
  private static final long GRACE_MS = 500;
  /** Hosts in Go accept as much, and forward headers of browsers. */
  private static final int MAX_METADATA_BYTES = 1 << 20;

  private final Map<String, String> environment;
  private final Plugin.Options options;
  private final int major;
  private final List<BindableService> services;
  private final Ending ending = new Ending();
  private final Stdout stdout = new Stdout();
  private final EventLoopGroup loops =
      new NioEventLoopGroup(Math.min(4, Runtime.getRuntime().availableProcessors()), new DefaultThreadFactory("plugin-io", true));

  Server(Map<String, String> environment, Plugin.Options options, int major, List<BindableService> services) {
    this.environment = environment;
    this.options = options;
    this.major = major;
    this.services = services;
  }

  /** Returns when the plugin has ended in order. */
  void run() throws StartException {
    HostLog.install();
    ending.watch();
    Tls tls = Tls.answer(environment.getOrDefault("PLUGIN_CLIENT_CERT", ""));
    boolean isWindows = System.getProperty("os.name").toLowerCase(Locale.ROOT).startsWith("windows");
    Plugin.Network network = options.network();
    if (network == null) {
      network = isWindows ? Plugin.Network.TCP : Plugin.Network.UNIX;
    }
    if (network == Plugin.Network.TCP) {
      serve("tcp", tls);
      return;
    }
    try (UnixSocket socket = UnixSocket.prepare(environment)) {
      ending.atLast(socket::close);
      io.grpc.Server server = build(UnixDomainSocketAddress.of(socket.path()), NioServerDomainSocketChannel.class, tls);
      start(server, "a socket in \"" + socket.path().getParent() + "\"");
      socket.restrict();
      runUntilEnd(server, "unix", socket.path().toString(), tls);
    }
  }

  private void serve(String network, Tls tls) throws StartException {
    int first = port("PLUGIN_MIN_PORT");
    int last = port("PLUGIN_MAX_PORT");
    for (int port = first; port <= last; port++) {
      io.grpc.Server server = build(new InetSocketAddress("127.0.0.1", port), NioServerSocketChannel.class, tls);
      try {
        server.start();
      } catch (IOException error) {
        server.shutdownNow();
        continue;
      }
      runUntilEnd(server, network, "127.0.0.1:" + server.getPort(), tls);
      return;
    }
    String range = first + " to " + last;
    throw new StartException("no port from " + range + " is free: check PLUGIN_MIN_PORT and PLUGIN_MAX_PORT", null);
  }

  private int port(String variable) throws StartException {
    String text = environment.getOrDefault(variable, "");
    if (text.isEmpty()) {
      return 0;
    }
    if (!text.matches("[0-9]{1,5}") || Integer.parseInt(text) > 65_535) {
      throw new StartException("expected a port in " + variable + ", got \"" + text + "\"", null);
    }
    return Integer.parseInt(text);
  }

  private io.grpc.Server build(SocketAddress address, Class<? extends ServerChannel> channel, Tls tls) {
    HealthStatusManager health = new HealthStatusManager();
    health.setStatus("plugin", ServingStatus.SERVING);
    NettyServerBuilder builder =
        NettyServerBuilder.forAddress(address)
            .channelType(channel)
            .bossEventLoopGroup(loops)
            .workerEventLoopGroup(loops)
            .maxInboundMessageSize(options.maxReceiveBytes())
            .maxInboundMetadataSize(MAX_METADATA_BYTES)
            // Hosts in Go ping to measure the connection.
            .permitKeepAliveTime(0, TimeUnit.NANOSECONDS)
            .permitKeepAliveWithoutCalls(true)
            .addService(health.getHealthService())
            .addService(stdout)
            .addService(new Controller(ending))
            .addService(new Broker(ending));
    if (tls != null) {
      builder.sslContext(tls.context());
    }
    services.forEach(builder::addService);
    return builder.build();
  }

  private static void start(io.grpc.Server server, String what) throws StartException {
    try {
      server.start();
    } catch (IOException error) {
      throw new StartException("cannot listen on " + what + ": " + error.getMessage(), error);
    }
  }

  private void runUntilEnd(io.grpc.Server server, String network, String address, Tls tls) throws StartException {
    try {
      Stdout.printLine(Handshake.formatLine(major, network, address, tls == null ? new byte[0] : tls.certificate()));
    } catch (IOException error) {
      server.shutdownNow();
      throw new StartException("the host has gone before it read the handshake line: " + error.getMessage(), error);
    }
    LOGGER.info("plugin is served: protocol " + major + " on " + network + " " + address);
    try {
      ending.await();
      stdout.end();
      server.shutdown();
      if (!server.awaitTermination(GRACE_MS, TimeUnit.MILLISECONDS)) {
        server.shutdownNow();
        server.awaitTermination(GRACE_MS, TimeUnit.MILLISECONDS);
      }
    } catch (InterruptedException error) {
      server.shutdownNow();
      Thread.currentThread().interrupt();
    }
  }
}
