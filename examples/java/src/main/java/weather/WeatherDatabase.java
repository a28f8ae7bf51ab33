package weather;

import io.github.grafanapluginprotocol.QueryException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.h2.jdbc.JdbcException;

/** Daily weather of Seattle and New York, asked for in SQL. */
final class WeatherDatabase {
  /** The columns of the table {@code weather}; {@code date} is in milliseconds since 1970. */
  static final Map<String, String> COLUMNS = columns();

  private static final String URL = "jdbc:h2:mem:weather;DATABASE_TO_UPPER=FALSE;CASE_INSENSITIVE_IDENTIFIERS=TRUE";
  private static final int TIMEOUT_SECONDS = 30;
  /** A text or a quoted name, which stay, or a placeholder. */
  private static final Pattern PLACEHOLDER = Pattern.compile("'[^']*'|\"[^\"]*\"|:(from|to)\\b");

  private WeatherDatabase() {}

  /** The names of the columns and the rows of a result. */
  record Result(List<String> names, List<List<Object>> rows) {}

  /** The file in a database in memory, with a user who may do nothing but read it. */
  static WeatherDatabase open() throws SQLException, IOException {
    try (Connection connection = DriverManager.getConnection(URL + ";DB_CLOSE_DELAY=-1", "owner", "")) {
      connection.createStatement().execute(
          "create table weather (location varchar, \"date\" bigint, precipitation double, temp_max double, temp_min double, wind double, weather varchar)");
      fill(connection);
      connection.createStatement().execute("create user reader password ''");
      connection.createStatement().execute("grant select on weather to reader");
    }
    return new WeatherDatabase();
  }

  /**
   * Runs a select statement.
   *
   * @param start milliseconds since 1970, for {@code :from} in the SQL; {@code end} for {@code :to}
   */
  Result select(String sql, long start, long end) throws QueryException {
    Matcher matcher = PLACEHOLDER.matcher(sql);
    String bound =
        matcher.replaceAll(
            found ->
                found.group(1) == null
                    ? Matcher.quoteReplacement(found.group())
                    : String.valueOf(found.group(1).equals("from") ? start : end));
    try (Connection connection = DriverManager.getConnection(URL, "reader", "");
        PreparedStatement statement = connection.prepareStatement(bound)) {
      statement.setQueryTimeout(TIMEOUT_SECONDS);
      return read(statement.executeQuery());
    } catch (SQLException error) {
      String text = error instanceof JdbcException h2 ? h2.getOriginalMessage() : error.getMessage();
      boolean isSyntax = String.valueOf(error.getSQLState()).startsWith("4200");
      throw new QueryException(isSyntax ? "syntax error: " + text : text);
    }
  }

  private static Result read(ResultSet result) throws SQLException {
    int width = result.getMetaData().getColumnCount();
    List<String> names = new ArrayList<>();
    for (int column = 1; column <= width; column++) {
      names.add(result.getMetaData().getColumnLabel(column));
    }
    List<List<Object>> rows = new ArrayList<>();
    while (result.next()) {
      List<Object> row = new ArrayList<>(width);
      for (int column = 1; column <= width; column++) {
        row.add(result.getObject(column));
      }
      rows.add(row);
    }
    return new Result(names, rows);
  }

  private static void fill(Connection connection) throws SQLException, IOException {
    try (var file = new BufferedReader(new InputStreamReader(WeatherDatabase.class.getResourceAsStream("/weather.csv"), StandardCharsets.UTF_8));
        PreparedStatement insert = connection.prepareStatement("insert into weather values (?, ?, ?, ?, ?, ?, ?)")) {
      file.readLine();
      for (String line = file.readLine(); line != null; line = file.readLine()) {
        String[] cells = line.split(",");
        insert.setString(1, cells[0]);
        insert.setLong(2, milliseconds(cells[1]));
        for (int column = 3; column < 7; column++) {
          insert.setDouble(column, Double.parseDouble(cells[column - 1]));
        }
        insert.setString(7, cells[6]);
        insert.addBatch();
      }
      insert.executeBatch();
    }
  }

  private static long milliseconds(String date) {
    LocalDate day = LocalDate.parse(date.substring(0, 10).replace('/', '-'), DateTimeFormatter.ISO_LOCAL_DATE);
    return day.atStartOfDay(ZoneOffset.UTC).toInstant().toEpochMilli();
  }

  private static Map<String, String> columns() {
    Map<String, String> columns = new LinkedHashMap<>();
    columns.put("location", "text");
    columns.put("date", "timestamp");
    for (String name : List.of("precipitation", "temp_max", "temp_min", "wind")) {
      columns.put(name, "real");
    }
    columns.put("weather", "text");
    return columns;
  }
}
