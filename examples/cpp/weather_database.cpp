#include "weather_database.h"

#include <grafana_plugin_protocol/queries.h>

#include <ctime>
#include <fstream>
#include <sstream>

namespace gpp = grafana_plugin_protocol;

namespace {

sqlite3* open_in_memory() {
  sqlite3* database = nullptr;
  if (sqlite3_open(":memory:", &database) != SQLITE_OK) throw std::runtime_error("cannot open a database in memory");
  return database;
}

[[noreturn]] void fail(sqlite3* database) { throw gpp::QueryError(sqlite3_errmsg(database)); }

/// No recursion: an endless one would stop a thread.
int allow_reading(void*, int action, const char*, const char*, const char*, const char*) {
  return action == SQLITE_SELECT || action == SQLITE_READ || action == SQLITE_FUNCTION ? SQLITE_OK : SQLITE_DENY;
}

/// Runs `use` alone: the text of an error belongs to the connection.
template <typename Use>
auto alone(sqlite3* database, const Use& use) {
  const std::unique_ptr<sqlite3_mutex, void (*)(sqlite3_mutex*)> lock(sqlite3_db_mutex(database), sqlite3_mutex_leave);
  sqlite3_mutex_enter(lock.get());
  return use();
}

void bind_value(sqlite3_stmt* statement, int place, const Value& value) {
  if (const auto* integer = std::get_if<std::int64_t>(&value)) {
    sqlite3_bind_int64(statement, place, *integer);
  } else if (const auto* number = std::get_if<double>(&value)) {
    sqlite3_bind_double(statement, place, *number);
  } else if (const auto* text = std::get_if<std::string>(&value)) {
    sqlite3_bind_text(statement, place, text->data(), static_cast<int>(text->size()), SQLITE_TRANSIENT);
  }
}

Value value_at(sqlite3_stmt* statement, int column) {
  switch (sqlite3_column_type(statement, column)) {
    case SQLITE_NULL: return {};
    case SQLITE_INTEGER: return static_cast<std::int64_t>(sqlite3_column_int64(statement, column));
    case SQLITE_FLOAT: return sqlite3_column_double(statement, column);
    default: {
      const auto* data = static_cast<const char*>(sqlite3_column_blob(statement, column));
      return std::string(data == nullptr ? "" : data, static_cast<std::size_t>(sqlite3_column_bytes(statement, column)));
    }
  }
}

/// Milliseconds since 1970 of a day such as 2012/01/01 or 2012-01-01.
std::int64_t day(const std::string& text) {
  std::tm utc{};
  if (std::sscanf(text.c_str(), "%d%*[-/]%d%*[-/]%d", &utc.tm_year, &utc.tm_mon, &utc.tm_mday) != 3) {
    throw std::runtime_error("expected a day, got " + text);
  }
  utc.tm_year -= 1900;
  utc.tm_mon -= 1;
  return static_cast<std::int64_t>(timegm(&utc)) * 1000;
}

}  // namespace

WeatherDatabase::WeatherDatabase(const std::string& csv) : database_(open_in_memory(), sqlite3_close) {
  std::string columns;
  for (const auto& [name, type] : kColumns) {
    columns += (columns.empty() ? "" : ", ") + std::string(name) + " " + std::string(type);
  }
  sqlite3_exec(database_.get(), ("create table weather (" + columns + "); begin").c_str(), nullptr, nullptr, nullptr);
  const Statement insert = prepare("insert into weather values (?, ?, ?, ?, ?, ?, ?)");
  std::ifstream file(csv);
  std::string line;
  if (!std::getline(file, line)) throw std::runtime_error("expected the weather in " + csv + ": run npm ci");
  while (std::getline(file, line)) {
    if (!line.empty() && line.back() == '\r') line.pop_back();
    if (line.empty()) continue;
    std::istringstream cells(line);
    int place = 0;
    for (std::string cell; std::getline(cells, cell, ',');) {
      ++place;
      bind_value(insert.get(), place, place == 2 ? Value(day(cell)) : Value(cell));
    }
    sqlite3_step(insert.get());
    sqlite3_reset(insert.get());
  }
  sqlite3_exec(database_.get(), "commit", nullptr, nullptr, nullptr);
  sqlite3_set_authorizer(database_.get(), allow_reading, nullptr);
}

WeatherDatabase::Statement WeatherDatabase::prepare(const std::string& sql) const {
  return alone(database_.get(), [&] {
    sqlite3_stmt* statement = nullptr;
    const char* rest = nullptr;
    const int seen = sqlite3_prepare_v2(database_.get(), sql.c_str(), static_cast<int>(sql.size()) + 1, &statement, &rest);
    if (seen != SQLITE_OK) fail(database_.get());
    Statement owned(statement, sqlite3_finalize);
    if (std::string(rest).find_first_not_of(" \t\r\n;") != std::string::npos) throw gpp::QueryError("expected one statement");
    return owned;
  });
}

std::vector<std::string> WeatherDatabase::columns_of(const std::string& sql) const {
  const Statement statement = prepare(sql);
  std::vector<std::string> names;
  for (int column = 0; column < sqlite3_column_count(statement.get()); ++column) {
    names.emplace_back(sqlite3_column_name(statement.get(), column));
  }
  if (names.empty()) throw gpp::QueryError("expected a select statement, got no columns");
  return names;
}

void WeatherDatabase::select(const std::string& sql, const Parameters& parameters,
                             const std::function<bool(Row)>& take) const {
  const Statement statement = prepare(sql);
  for (const auto& [name, value] : parameters) {
    const int place = sqlite3_bind_parameter_index(statement.get(), name.c_str());
    if (place > 0) bind_value(statement.get(), place, value);
  }
  const auto next = [&] {
    const int seen = sqlite3_step(statement.get());
    if (seen != SQLITE_ROW && seen != SQLITE_DONE) fail(database_.get());
    return seen == SQLITE_ROW;
  };
  while (alone(database_.get(), next)) {
    Row row;
    for (int column = 0; column < sqlite3_column_count(statement.get()); ++column) {
      row.push_back(value_at(statement.get(), column));
    }
    if (!take(std::move(row))) break;
  }
}
