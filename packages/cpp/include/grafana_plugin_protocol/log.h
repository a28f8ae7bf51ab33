/// Log lines that go-plugin hosts read with level and fields.
#pragma once

#include <initializer_list>
#include <string_view>
#include <utility>

namespace grafana_plugin_protocol {

enum class Level { trace, debug, info, warn, error };

/// Writes one line of hclog JSON to stderr. Safe in every thread. Texts of more than 16,000 bytes are cut.
///
/// @param fields names without "@", and their values
void log(Level level, std::string_view message,
         std::initializer_list<std::pair<std::string_view, std::string_view>> fields = {});

}  // namespace grafana_plugin_protocol
