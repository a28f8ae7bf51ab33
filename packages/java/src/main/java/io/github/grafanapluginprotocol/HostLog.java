package io.github.grafanapluginprotocol;

import java.io.UnsupportedEncodingException;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.Logger;
import java.util.logging.StreamHandler;

/** Sends records of {@code java.util.logging} of level INFO and above to the host. */
final class HostLog {
  private static final Logger LOGGER = Logger.getLogger(Plugin.class.getPackageName());
  /** It warns that unix sockets have no TCP options, which gRPC sets on every socket. */
  private static final Logger NETTY = Logger.getLogger("io.netty.bootstrap.ServerBootstrap");

  private HostLog() {}

  /** Logs what ends a thread, such as an Error that a handler throws. Does nothing else when the program was started with a configuration of its own. */
  static void install() {
    if (Thread.getDefaultUncaughtExceptionHandler() == null) {
      Thread.setDefaultUncaughtExceptionHandler((thread, error) -> LOGGER.log(Level.SEVERE, "thread " + thread.getName() + " has failed", error));
    }
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
    try {
      // Hosts read UTF-8, and the default of Java 17 is that of the locale, which a plugin mostly does not get.
      handler.setEncoding("UTF-8");
    } catch (UnsupportedEncodingException error) {
      throw new IllegalStateException("every JVM has UTF-8", error);
    }
    root.addHandler(handler);
    NETTY.setLevel(Level.SEVERE);
  }
}
