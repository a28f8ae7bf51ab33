package io.github.grafanapluginprotocol;

/** Why a plugin cannot start. The text goes to the host in one line. */
final class StartException extends Exception {
  private static final long serialVersionUID = 1;

  StartException(String message, Throwable cause) {
    super(message, cause);
  }
}
