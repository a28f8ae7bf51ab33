/// Frames for select statements.
#pragma once

#include <functional>
#include <string>

#include "weather_database.h"

/// `{"rawSql": "select ...", "format": "time_series"}`; without a format it is `table`.
struct Query {
  std::string sql;
  bool is_time_series = false;
  /// Milliseconds since 1970, for :from and :to in the SQL.
  std::int64_t from = 0;
  std::int64_t to = 0;
};

/// @throws gpp::QueryError for a model without a statement
Query parse_query(const std::string& json, std::int64_t from, std::int64_t to);

/// Milliseconds since 1970.
std::int64_t now();

/// The rows as a frame. As a time series it is wide: a field for each text in the result, with the text as a label.
Frame select_frame(const WeatherDatabase& database, const Query& query);

/// The same rows in batches, always as a table, until `take` returns false. No rows are one batch.
void select_frames(const WeatherDatabase& database, const Query& query, const std::function<bool(Frame)>& take);
