package io.github.grafanapluginprotocol;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import sun.misc.Signal;
import sun.misc.SignalHandler;

/** Ends the plugin once: on SIGTERM, on Shutdown, and when the host has gone. */
final class Ending {
  /** Between two looks at the parent: Java has no event for its end. */
  private static final long LOOK_MS = 500;
  /** A host kills two seconds after Shutdown. */
  private static final long END_MS = 1500;

  private final CountDownLatch requested = new CountDownLatch(1);
  private final Set<Runnable> listeners = ConcurrentHashMap.newKeySet();
  private volatile Runnable cleanUp = () -> {};

  /** Asks for the end, from any thread. */
  synchronized void request() {
    if (requested.getCount() == 0) {
      return;
    }
    startDaemon("plugin-end", this::endAtLast);
    requested.countDown();
    listeners.forEach(Ending::runQuietly);
  }

  void await() throws InterruptedException {
    requested.await();
  }

  /** Runs the listener when the end is asked for, at once if it is already. */
  synchronized void onEnd(Runnable listener) {
    listeners.add(listener);
    if (requested.getCount() == 0) {
      runQuietly(listener);
    }
  }

  void forget(Runnable listener) {
    listeners.remove(listener);
  }

  /** What is to be cleaned up also when handlers hang, and when one of them calls System.exit. */
  void atLast(Runnable changed) {
    cleanUp = changed;
    Runtime.getRuntime().addShutdownHook(new Thread(changed, "plugin-clean-up"));
  }

  /** Sets the signals, and watches the parent. */
  void watch() {
    try {
      // Ctrl-C in the host's terminal reaches the plugin too; the host is to end it.
      Signal.handle(new Signal("INT"), SignalHandler.SIG_IGN);
      Signal.handle(new Signal("TERM"), signal -> request());
    } catch (IllegalArgumentException error) {
      // With -Xrs, or where signals are not to be had, they do what they do by default.
    }
    long parent = parent();
    startDaemon("plugin-parent", () -> watchParent(parent));
  }

  private void watchParent(long parent) {
    while (parent() == parent) {
      sleep(LOOK_MS);
    }
    request();
  }

  /** Another process becomes the parent when the parent ends. */
  private static long parent() {
    return ProcessHandle.current().parent().map(ProcessHandle::pid).orElse(-1L);
  }

  private void endAtLast() {
    sleep(END_MS);
    cleanUp.run();
    Runtime.getRuntime().halt(0);
  }

  private static void runQuietly(Runnable listener) {
    try {
      listener.run();
    } catch (RuntimeException error) {
      // Its call has ended in the same moment.
    }
  }

  private static void startDaemon(String name, Runnable run) {
    Thread thread = new Thread(run, name);
    thread.setDaemon(true);
    thread.start();
  }

  private static void sleep(long ms) {
    try {
      Thread.sleep(ms);
    } catch (InterruptedException error) {
      // Nobody interrupts these threads.
    }
  }
}
