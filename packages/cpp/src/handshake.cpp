#include "handshake.h"

#include <algorithm>
#include <cstdlib>
#include <sstream>

namespace grafana_plugin_protocol {

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

std::vector<int> parse_versions(const std::string& text) {
  std::vector<int> versions;
  std::istringstream entries(text);
  for (std::string entry; std::getline(entries, entry, ',');) {
    const auto first = entry.find_first_not_of(" \t\r\n");
    if (first == std::string::npos) continue;
    entry = entry.substr(first, entry.find_last_not_of(" \t\r\n") - first + 1);
    if (entry.size() <= 9 && entry.find_first_not_of("0123456789") == std::string::npos) versions.push_back(std::stoi(entry));
  }
  return versions;
}

int choose_major(const std::vector<int>& own, const std::vector<int>& offered) {
  int chosen = -1;
  for (const int major : own) {
    if (std::find(offered.begin(), offered.end(), major) != offered.end()) chosen = std::max(chosen, major);
  }
  return chosen >= 0 ? chosen : *std::min_element(own.begin(), own.end());
}

std::string handshake_line(int major, const std::string& network, const std::string& address, const std::string& certificate) {
  return "1|" + std::to_string(major) + "|" + network + "|" + address + "|grpc|" + certificate + "\n";
}

}  // namespace grafana_plugin_protocol
