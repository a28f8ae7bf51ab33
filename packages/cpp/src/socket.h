/// Where a plugin listens.
#pragma once

#include <string>
#include <utility>

namespace grafana_plugin_protocol {

/// A path for a socket that is not there yet. @throws StartError if no socket can be made in its directory
std::string socket_path();

/// The address for gRPC of a unix socket.
std::string socket_uri(const std::string& path);

/// Gives the socket to PLUGIN_UNIX_SOCKET_GROUP, if it is set. @throws StartError for a group that is not there
void share_with_group(const std::string& path);

/// PLUGIN_MIN_PORT and PLUGIN_MAX_PORT; 0 and 0 for any port. @throws StartError for what is no port
std::pair<int, int> port_range();

}  // namespace grafana_plugin_protocol
