package weather;

import io.github.grafanapluginprotocol.QueryException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import weather.Frame.Field;
import weather.Frame.Kind;

/** Frames for select statements. */
final class SelectFrames {
  private static final String WIDE = "{\"type\":\"timeseries-wide\",\"typeVersion\":[0,1]}";

  private SelectFrames() {}

  /** The rows as a frame. As a time series it is wide: a field for each text in the result, with the text as a label. */
  static Frame select(WeatherDatabase database, WeatherQuery query) throws QueryException {
    Frame table = selectTable(database, query);
    return query.isTable() || table.length() == 0 ? table : toWide(table);
  }

  /** The rows as a table. */
  static Frame selectTable(WeatherDatabase database, WeatherQuery query) throws QueryException {
    WeatherDatabase.Result result = database.select(query.sql(), query.start(), query.end());
    List<Field> fields = new ArrayList<>();
    for (int column = 0; column < result.names().size(); column++) {
      List<Object> values = new ArrayList<>(result.rows().size());
      for (List<Object> row : result.rows()) {
        values.add(row.get(column));
      }
      fields.add(toField(result.names().get(column), values));
    }
    return new Frame(fields, null);
  }

  private static Field toField(String name, List<Object> values) throws QueryException {
    String declared = WeatherDatabase.COLUMNS.get(name);
    Object first = values.stream().filter(Objects::nonNull).findFirst().orElse(null);
    Kind kind = Kind.NUMBER;
    if (name.equals("time") || "timestamp".equals(declared)) {
      kind = Kind.TIME;
    } else if ("text".equals(declared) || (first != null && !(first instanceof Number))) {
      kind = Kind.TEXT;
    }
    List<Object> converted = new ArrayList<>(values.size());
    for (Object value : values) {
      converted.add(value == null ? null : convert(name, kind, value));
    }
    return new Field(name, kind, converted, Map.of());
  }

  private static Object convert(String name, Kind kind, Object value) throws QueryException {
    if (kind == Kind.TEXT) {
      return value.toString();
    }
    if (value instanceof Number number) {
      return kind == Kind.TIME ? (Object) number.longValue() : (Object) number.doubleValue();
    }
    throw new QueryException("field \"" + name + "\": expected a number, got \"" + value + "\"");
  }

  /** A row for each time, a field for each value column and each combination of texts. */
  private static Frame toWide(Frame table) throws QueryException {
    Field time = ofKind(table, Kind.TIME).stream().findFirst().orElse(null);
    List<Field> texts = ofKind(table, Kind.TEXT);
    List<Field> numbers = ofKind(table, Kind.NUMBER);
    if (time == null || numbers.isEmpty()) {
      String lacks = time == null ? "no time" : "no value field";
      throw new QueryException("a time series needs a time and a number, and the result has " + lacks);
    }
    Map<Long, Integer> rows = rowsByTime(time);
    List<List<String>> keys = new ArrayList<>();
    for (int row = 0; row < table.length(); row++) {
      List<String> key = new ArrayList<>();
      for (Field text : texts) {
        key.add(String.valueOf(text.values().get(row)));
      }
      keys.add(key);
    }
    TreeSet<List<String>> distinct = new TreeSet<>(Comparator.comparing(key -> String.join("\0", key)));
    distinct.addAll(keys);
    List<Field> wide = new ArrayList<>(List.of(new Field(time.name(), Kind.TIME, new ArrayList<>(rows.keySet()), Map.of())));
    for (Field number : numbers) {
      for (List<String> key : distinct) {
        Double[] column = new Double[rows.size()];
        for (int row = 0; row < table.length(); row++) {
          if (keys.get(row).equals(key)) {
            column[rows.get((Long) time.values().get(row))] = (Double) number.values().get(row);
          }
        }
        Map<String, String> labels = new LinkedHashMap<>();
        for (int index = 0; index < texts.size(); index++) {
          labels.put(texts.get(index).name(), key.get(index));
        }
        wide.add(new Field(number.name(), Kind.NUMBER, Arrays.asList(column), labels));
      }
    }
    return new Frame(wide, WIDE);
  }

  private static List<Field> ofKind(Frame frame, Kind kind) {
    return frame.fields().stream().filter(field -> field.kind() == kind).toList();
  }

  private static Map<Long, Integer> rowsByTime(Field time) throws QueryException {
    Map<Long, Integer> rows = new LinkedHashMap<>();
    Long last = Long.MIN_VALUE;
    for (Object value : time.values()) {
      if (value == null || (Long) value < last) {
        throw new QueryException("time field \"" + time.name() + "\" is not ascending: add order by " + time.name());
      }
      last = (Long) value;
      rows.putIfAbsent(last, rows.size());
    }
    return rows;
  }
}
