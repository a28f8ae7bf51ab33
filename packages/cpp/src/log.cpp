#include <grafana_plugin_protocol/log.h>
#include <sys/time.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <ctime>
#include <mutex>
#include <string>

namespace grafana_plugin_protocol {
namespace {

constexpr std::size_t kMaxText = 16'000;
/// The longest line that a host reads as one.
constexpr std::size_t kMaxLine = 65'535;

void append_text(std::string& line, std::string_view text) {
  line += '"';
  for (const char each : text.substr(0, kMaxText)) {
    if (each == '"' || each == '\\') {
      line += '\\';
      line += each;
    } else if (static_cast<unsigned char>(each) < 0x20) {
      char escape[8];
      std::snprintf(escape, sizeof escape, "\\u%04x", each);
      line += escape;
    } else {
      line += each;
    }
  }
  line += '"';
}

/// Exactly six digits after the second, else a Go host takes the line for plain text.
std::string timestamp() {
  timeval now{};
  gettimeofday(&now, nullptr);
  std::tm utc{};
  gmtime_r(&now.tv_sec, &utc);
  char day[32];
  std::strftime(day, sizeof day, "%Y-%m-%dT%H:%M:%S", &utc);
  char text[48];
  std::snprintf(text, sizeof text, "%s.%06ldZ", day, static_cast<long>(now.tv_usec));
  return text;
}

const char* name_of(Level level) {
  switch (level) {
    case Level::trace: return "trace";
    case Level::debug: return "debug";
    case Level::info: return "info";
    case Level::warn: return "warn";
    case Level::error: break;
  }
  return "error";
}

void write_line(const std::string& line) {
  static std::mutex one_at_a_time;
  const std::lock_guard<std::mutex> lock(one_at_a_time);
  for (std::size_t done = 0; done < line.size();) {
    const auto written = write(STDERR_FILENO, line.data() + done, line.size() - done);
    if (written <= 0) return;  // The host has gone.
    done += static_cast<std::size_t>(written);
  }
}

}  // namespace

void log(Level level, std::string_view message, std::initializer_list<std::pair<std::string_view, std::string_view>> fields) {
  std::string line = "{\"@level\":";
  append_text(line, name_of(level));
  line += ",\"@message\":";
  append_text(line, message);
  line += ",\"@timestamp\":";
  append_text(line, timestamp());
  for (const auto& [name, value] : fields) {
    std::string field = ",";
    // A name with @ is hclog's own, and one that is not a text ends a Go host.
    append_text(field, name.substr(std::min(name.find_first_not_of('@'), name.size())));
    field += ':';
    append_text(field, value);
    // Room for the end of the line.
    if (line.size() + field.size() + 2 <= kMaxLine) line += field;
  }
  write_line(line + "}\n");
}

}  // namespace grafana_plugin_protocol
