/// Serves a plugin to the host that started this process.
#pragma once

#include <grpcpp/impl/codegen/service_type.h>

#include <string>
#include <vector>

namespace grafana_plugin_protocol {

/// A protocol major with the services that answer in it.
struct Implementation {
  /// 1 or 2; see contracts.h for what belongs to which. Services of `v3` and `extensions_v2` travel in major 2.
  int major;
  /// Objects of classes that extend those of generated code, such as `v2::Data::Service`, or its callback variant. They have to
  /// live until `serve` returns. RPCs that a class does not override, and services that are not here, answer UNIMPLEMENTED.
  std::vector<grpc::Service*> services;
};

enum class Network {
  /// A unix socket that only this user may use, in PLUGIN_UNIX_SOCKET_DIR, else TMPDIR, else /tmp.
  unix_socket,
  /// A port of 127.0.0.1 between PLUGIN_MIN_PORT and PLUGIN_MAX_PORT.
  tcp,
};

struct ServeOptions {
  /// The environment variable and the value by which a host is recognised; default Grafana's.
  std::string cookie_key = "grafana_plugin_type";
  std::string cookie_value = "datasource";
  Network network = Network::unix_socket;
  /// The largest request, in bytes; default 16 MiB, as Grafana's own plugins.
  int max_receive_bytes = 16 << 20;
};

/// Serves the highest major that the host and the plugin have in common, until the host ends the plugin.
///
/// Call it last in main, and return what it gives: 0 after Shutdown, SIGTERM or the end of the host; 1, with go-plugin's text on
/// stderr, when no host started the process, and with one line when it cannot serve. If handlers hang at the end, the
/// process ends anyway. Log with log.h; what the program prints to stdout reaches the host as go-plugin's stdio.
///
/// @throws std::invalid_argument without an implementation, for a major twice, for a service of another major
int serve(const std::vector<Implementation>& implementations, const ServeOptions& options = {});

}  // namespace grafana_plugin_protocol
