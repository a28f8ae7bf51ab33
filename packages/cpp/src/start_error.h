#pragma once

#include <stdexcept>

namespace grafana_plugin_protocol {

/// Why a plugin cannot serve, in one line.
class StartError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

}  // namespace grafana_plugin_protocol
