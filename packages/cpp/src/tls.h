/// go-plugin's AutoMTLS.
#pragma once

#include <grpcpp/security/server_credentials.h>

#include <memory>
#include <string>

namespace grafana_plugin_protocol {

struct Tls {
  /// They trust only the host.
  std::shared_ptr<grpc::ServerCredentials> credentials;
  /// The plugin's certificate for the handshake line: DER in base64 without padding.
  std::string certificate;
};

/// Answers a host that asks for TLS, with a key made for this start.
///
/// @param client_certificate PEM, from PLUGIN_CLIENT_CERT
/// @throws StartError for what is no certificate, and for one that the TLS library cannot do: a plugin that was asked for TLS
/// must not serve without
Tls answer_tls(const std::string& client_certificate);

}  // namespace grafana_plugin_protocol
