package weather;

import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Columns of equal length, which {@link ArrowFrame} and {@link JsonFrame} write.
 *
 * @param meta what Grafana may know about it, as JSON; null for nothing
 */
record Frame(List<Field> fields, String meta) {
  /** What the values of a field are. */
  enum Kind {
    /** {@code Long}, in milliseconds since 1970. */
    TIME("time", "time.Time"),
    /** {@code Double}. */
    NUMBER("number", "float64"),
    /** {@code String}. */
    TEXT("string", "string");

    /** Its name in Grafana's frontend. */
    final String frontendType;
    /** Its name in Go, which frame JSON has. */
    final String goType;

    Kind(String frontendType, String goType) {
      this.frontendType = frontendType;
      this.goType = goType;
    }
  }

  /**
   * A column.
   *
   * @param labels what tells fields of one name apart
   * @param isNullable whether values may be null
   */
  record Field(String name, Kind kind, List<?> values, Map<String, String> labels, boolean isNullable) {
    Field(String name, Kind kind, List<?> values, Map<String, String> labels) {
      this(name, kind, values, labels, values.stream().anyMatch(Objects::isNull));
    }

    Field slice(int from, int to) {
      return new Field(name, kind, values.subList(from, to), labels, isNullable);
    }
  }

  int length() {
    return fields.isEmpty() ? 0 : fields.get(0).values().size();
  }

  /** Some of its rows. */
  Frame slice(int from, int to) {
    return new Frame(fields.stream().map(field -> field.slice(from, Math.min(to, length()))).toList(), meta);
  }
}
