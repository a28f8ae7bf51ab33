package io.github.grafanapluginprotocol;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.logging.Formatter;
import java.util.logging.Level;
import java.util.logging.LogRecord;

/**
 * Formats records of {@code java.util.logging} as hclog JSON, which go-plugin hosts read with level and logger. A throwable
 * becomes the field {@code error}. {@link Plugin#serve} installs it when the program has not configured logging itself.
 */
public final class HclogFormatter extends Formatter {
  /** The longest line that a host reads as one. */
  private static final int MAX_BYTES = 65_535;

  private static final int MAX_TEXT = 16_000;
  /** Exactly six digits, else a Go host takes the line for plain text. */
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);

  private static final Gson JSON = new GsonBuilder().disableHtmlEscaping().create();

  /** A formatter for any handler that writes to stderr. */
  public HclogFormatter() {}

  @Override
  public String format(LogRecord record) {
    // Texts only: one of hclog's own that is none ends a Go host.
    Map<String, String> line = new LinkedHashMap<>();
    line.put("@level", level(record.getLevel()));
    line.put("@message", cut(String.valueOf(formatMessage(record))));
    line.put("@timestamp", TIME.format(record.getInstant()));
    line.put("@module", cut(record.getLoggerName() == null ? "plugin" : record.getLoggerName()));
    if (record.getThrown() != null) {
      StringWriter trace = new StringWriter();
      record.getThrown().printStackTrace(new PrintWriter(trace));
      line.put("error", cut(trace.toString()));
    }
    String text = JSON.toJson(line);
    // Escapes make a text up to six times as long.
    if (text.getBytes(StandardCharsets.UTF_8).length >= MAX_BYTES) {
      line.put("@message", line.get("@message").substring(0, Math.min(line.get("@message").length(), MAX_TEXT / 6)));
      line.put("@module", "plugin");
      line.put("error", "left out: the line would be too long");
      text = JSON.toJson(line);
    }
    return text + "\n";
  }

  private static String cut(String text) {
    return text.length() <= MAX_TEXT ? text : text.substring(0, MAX_TEXT);
  }

  private static String level(Level level) {
    int value = level.intValue();
    if (value >= Level.SEVERE.intValue()) {
      return "error";
    } else if (value >= Level.WARNING.intValue()) {
      return "warn";
    } else if (value >= Level.INFO.intValue()) {
      return "info";
    }
    return value >= Level.FINE.intValue() ? "debug" : "trace";
  }
}
