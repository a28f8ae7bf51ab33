#include "select_frames.h"

#include <google/protobuf/struct.pb.h>
#include <google/protobuf/util/json_util.h>
#include <grafana_plugin_protocol/queries.h>

#include <algorithm>
#include <chrono>
#include <limits>
#include <set>

namespace gpp = grafana_plugin_protocol;

namespace {

using Row = WeatherDatabase::Row;

constexpr std::size_t kRowsPerFrame = 1024;

Kind kind_of(const std::string& name, const std::vector<Row>& rows, std::size_t column) {
  const auto* declared = std::find_if(kColumns.begin(), kColumns.end(), [&](const auto& each) { return each.first == name; });
  const bool is_declared = declared != kColumns.end();
  if (name == "time" || (is_declared && declared->second == "timestamp")) return Kind::time;
  if (is_declared && declared->second == "text") return Kind::text;
  for (const auto& row : rows) {
    if (!is_null(row[column])) return std::holds_alternative<std::string>(row[column]) ? Kind::text : Kind::number;
  }
  return Kind::number;
}

/// SQLite's columns may mix types, those of frames may not.
Value convert(const Value& value, Kind kind, const std::string& name) {
  const auto* integer = std::get_if<std::int64_t>(&value);
  const auto* number = std::get_if<double>(&value);
  if (kind == Kind::number && integer != nullptr) return static_cast<double>(*integer);
  if (kind == Kind::time && number != nullptr) return static_cast<std::int64_t>(*number);
  // Frames have nanoseconds in 64 bits.
  const bool is_in_range = integer != nullptr && std::abs(*integer) < std::numeric_limits<std::int64_t>::max() / 1'000'000;
  const bool is_right = is_null(value) || (kind == Kind::time && is_in_range) || (kind == Kind::number && number != nullptr) ||
                        (kind == Kind::text && std::holds_alternative<std::string>(value));
  if (is_right) return value;
  throw gpp::QueryError("column \"" + name + "\" has values of other types or out of range: cast it");
}

Frame to_frame(const std::vector<std::string>& names, const std::vector<Row>& rows) {
  Frame frame;
  for (std::size_t column = 0; column < names.size(); ++column) {
    Field field{names[column], kind_of(names[column], rows, column), {}, {}};
    for (const auto& row : rows) field.values.push_back(convert(row[column], field.kind, field.name));
    frame.fields.push_back(std::move(field));
  }
  return frame;
}

/// A row for each time, a field for each value column and each combination of texts.
Frame to_wide(const Frame& frame) {
  const Field* time = nullptr;
  std::vector<const Field*> texts;
  std::vector<const Field*> numbers;
  for (const auto& field : frame.fields) {
    if (field.kind == Kind::time && time == nullptr) time = &field;
    if (field.kind == Kind::text) texts.push_back(&field);
    if (field.kind == Kind::number) numbers.push_back(&field);
  }
  if (time == nullptr || numbers.empty()) {
    throw gpp::QueryError(std::string("a time series needs a time and a number, and the result ") +
                          (time == nullptr ? "has no time" : "has no value field"));
  }
  if (time->is_nullable() || !std::is_sorted(time->values.begin(), time->values.end())) {
    throw gpp::QueryError("time field \"" + time->name + "\" is not ascending: add order by " + time->name);
  }

  Frame wide;
  wide.meta = R"({"type":"timeseries-wide","typeVersion":[0,1]})";
  wide.fields.push_back({time->name, Kind::time, {}, {}});
  std::vector<std::size_t> wide_rows;
  std::vector<std::vector<Value>> keys;
  for (std::size_t row = 0; row < frame.rows(); ++row) {
    auto& times = wide.fields.front().values;
    if (times.empty() || times.back() != time->values[row]) times.push_back(time->values[row]);
    wide_rows.push_back(times.size() - 1);
    std::vector<Value> key;
    for (const auto* text : texts) key.push_back(text->values[row]);
    keys.push_back(std::move(key));
  }
  const std::size_t length = wide.fields.front().values.size();
  for (const auto* number : numbers) {
    for (const auto& key : std::set<std::vector<Value>>(keys.begin(), keys.end())) {
      Field field{number->name, Kind::number, std::vector<Value>(length), {}};
      for (std::size_t row = 0; row < frame.rows(); ++row) {
        if (keys[row] == key) field.values[wide_rows[row]] = number->values[row];
      }
      for (std::size_t index = 0; index < texts.size(); ++index) {
        const auto* text = std::get_if<std::string>(&key[index]);
        field.labels[texts[index]->name] = text == nullptr ? "null" : *text;
      }
      wide.fields.push_back(std::move(field));
    }
  }
  return wide;
}

WeatherDatabase::Parameters parameters_of(const Query& query) { return {{":from", query.from}, {":to", query.to}}; }

}  // namespace

Query parse_query(const std::string& json, std::int64_t from, std::int64_t to) {
  google::protobuf::Struct model;
  const auto parsed = google::protobuf::util::JsonStringToMessage(json.empty() ? "{}" : json, &model);
  if (!parsed.ok()) throw gpp::QueryError("expected JSON in the query: " + std::string(parsed.message()));
  const auto& fields = model.fields();
  const auto sql = fields.find("rawSql");
  if (sql == fields.end() || !sql->second.has_string_value()) {
    throw gpp::QueryError("expected \"rawSql\" with a select statement in the query");
  }
  const auto format = fields.find("format");
  const std::string named = format == fields.end() ? "table" : format->second.string_value();
  if (named != "table" && named != "time_series") {
    throw gpp::QueryError("format must be \"table\" or \"time_series\", got " + json_text(named));
  }
  return {sql->second.string_value(), named == "time_series", from, to};
}

std::int64_t now() {
  const auto since = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::milliseconds>(since).count();
}

Frame select_frame(const WeatherDatabase& database, const Query& query) {
  std::vector<Row> rows;
  const auto names = database.columns_of(query.sql);
  database.select(query.sql, parameters_of(query), [&](Row row) {
    rows.push_back(std::move(row));
    return true;
  });
  Frame frame = to_frame(names, rows);
  return query.is_time_series && !rows.empty() ? to_wide(frame) : frame;
}

void select_frames(const WeatherDatabase& database, const Query& query, const std::function<bool(Frame)>& take) {
  const auto names = database.columns_of(query.sql);
  std::vector<Row> rows;
  bool is_first = true;
  bool is_wanted = true;
  const auto flush = [&] {
    is_wanted = take(to_frame(names, rows));
    rows.clear();
    is_first = false;
    return is_wanted;
  };
  database.select(query.sql, parameters_of(query), [&](Row row) {
    rows.push_back(std::move(row));
    return rows.size() < kRowsPerFrame || flush();
  });
  if (is_wanted && (is_first || !rows.empty())) flush();
}
