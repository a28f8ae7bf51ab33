package io.github.grafanapluginprotocol;

import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.Logger;
import java.util.logging.StreamHandler;

/** Sends records of {@code java.util.logging} of level INFO and above to the host. */
final class HostLog {
  /** It warns that unix sockets have no TCP options, which gRPC sets on every socket. */
  private static final Logger NETTY = Logger.getLogger("io.netty.bootstrap.ServerBootstrap");

  private HostLog() {}

  /** Does nothing when the program was started with a configuration of its own. */
  static void install() {
    if (System.getProperty("java.util.logging.config.file") != null || System.getProperty("java.util.logging.config.class") != null) {
      return;
    }
    Logger root = LogManager.getLogManager().getLogger("");
    for (Handler handler : root.getHandlers()) {
      root.removeHandler(handler);
    }
    Handler handler =
        new StreamHandler(System.err, new HclogFormatter()) {
          @Override
          public synchronized void publish(java.util.logging.LogRecord record) {
            super.publish(record);
            flush();
          }
        };
    handler.setLevel(Level.ALL);
    root.addHandler(handler);
    NETTY.setLevel(Level.SEVERE);
  }
}
