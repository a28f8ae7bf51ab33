/// Environment, negotiation and handshake line of go-plugin.
#pragma once

#include <string>
#include <vector>

namespace grafana_plugin_protocol {

/// An environment variable; empty when it is not set.
std::string environment(const char* name);

/// The majors of PLUGIN_PROTOCOL_VERSIONS. Entries that are not numbers are left out, as go-plugin does.
std::vector<int> parse_versions(const std::string& text);

/// The highest common major. Without one it is the lowest of the plugin: the host then reports the mismatch.
int choose_major(const std::vector<int>& own, const std::vector<int>& offered);

/// The handshake line, with its line end.
///
/// @param certificate in base64 without padding; empty without TLS
std::string handshake_line(int major, const std::string& network, const std::string& address, const std::string& certificate);

}  // namespace grafana_plugin_protocol
