package weather;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import io.github.grafanapluginprotocol.QueryException;
import io.github.grafanapluginprotocol.v2.DataQuery;

/**
 * {@code {"rawSql": "select ...", "format": "time_series"}}; without a format it is {@code table}.
 *
 * @param start milliseconds since 1970, for {@code :from} in the SQL
 * @param end for {@code :to}
 */
record WeatherQuery(String sql, boolean isTable, long start, long end) {
  static WeatherQuery parse(DataQuery query) throws QueryException {
    String text = query.getJson().toStringUtf8();
    if (query.hasTimeRange()) {
      return parse(text, query.getTimeRange().getFromEpochMS(), query.getTimeRange().getToEpochMS());
    }
    // A host may leave the range out; then all rows are meant.
    return parse(text, 0, System.currentTimeMillis());
  }

  static WeatherQuery parse(String text, long start, long end) throws QueryException {
    JsonObject model = object(text);
    JsonElement sql = model.get("rawSql");
    JsonElement format = model.has("format") ? model.get("format") : new JsonPrimitive("table");
    if (sql == null || !sql.isJsonPrimitive() || !sql.getAsJsonPrimitive().isString()) {
      throw new QueryException("expected \"rawSql\" with a select statement in the query");
    }
    boolean isTable = format.equals(new JsonPrimitive("table"));
    if (!isTable && !format.equals(new JsonPrimitive("time_series"))) {
      throw new QueryException("format must be \"table\" or \"time_series\", got " + format);
    }
    return new WeatherQuery(sql.getAsString(), isTable, start, end);
  }

  private static JsonObject object(String text) throws QueryException {
    try {
      JsonElement model = JsonParser.parseString(text.isEmpty() ? "{}" : text);
      return model.isJsonObject() ? model.getAsJsonObject() : new JsonObject();
    } catch (JsonParseException error) {
      throw new QueryException("expected JSON in the query: " + error.getMessage());
    }
  }
}
