/// Daily weather of Seattle and New York, asked for in SQL.
#pragma once

#include <sqlite3.h>

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "frame.h"

/// The columns of the table `weather`; `date` is in milliseconds since 1970.
inline constexpr std::array<std::pair<std::string_view, std::string_view>, 7> kColumns{{
    {"location", "text"},
    {"date", "timestamp"},
    {"precipitation", "real"},
    {"temp_max", "real"},
    {"temp_min", "real"},
    {"wind", "real"},
    {"weather", "text"},
}};

/// The file in a database in memory, which takes nothing but `select`. Safe in many threads.
class WeatherDatabase {
 public:
  /// @throws std::runtime_error if the file cannot be read
  explicit WeatherDatabase(const std::string& csv);

  /// Parameters of a statement by name.
  using Parameters = std::vector<std::pair<std::string, Value>>;
  using Row = std::vector<Value>;

  /// The names of the columns that a statement gives. @throws gpp::QueryError with SQLite's text
  std::vector<std::string> columns_of(const std::string& sql) const;

  /// Runs one statement, and gives `take` the rows one after the other, until it returns false.
  ///
  /// @throws gpp::QueryError with SQLite's text
  void select(const std::string& sql, const Parameters& parameters, const std::function<bool(Row)>& take) const;

 private:
  using Statement = std::unique_ptr<sqlite3_stmt, int (*)(sqlite3_stmt*)>;

  Statement prepare(const std::string& sql) const;

  std::unique_ptr<sqlite3, int (*)(sqlite3*)> database_;
};
