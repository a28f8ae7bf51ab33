package io.github.grafanapluginprotocol;

/** An error of a query, not of the plugin: its text is shown to the user, and it is not logged. */
public class QueryException extends Exception {
  private static final long serialVersionUID = 1;

  private final int status;
  private final String source;

  /**
   * An error of the user's, or of the data's server: status 400, source {@code downstream}.
   *
   * @param message for the user
   */
  public QueryException(String message) {
    this(message, 400, "downstream");
  }

  /**
   * An error with a status and a source.
   *
   * @param message for the user
   * @param status an HTTP status
   * @param source {@code downstream} for the user, the data's server, a timeout; {@code plugin} for a fault of the plugin
   */
  public QueryException(String message, int status, String source) {
    super(message);
    this.status = status;
    this.source = source;
  }

  /**
   * An HTTP status.
   *
   * @return such as 400
   */
  public int status() {
    return status;
  }

  /**
   * Whose fault it is.
   *
   * @return {@code downstream} or {@code plugin}
   */
  public String source() {
    return source;
  }
}
