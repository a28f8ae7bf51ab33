"""go-plugin's AutoMTLS, as far as gRPC for Python can do it."""

import ssl
from typing import NamedTuple

import grpc

from ._errors import PluginError

#: The object identifier of P-521 in DER. gRPC's TLS library (BoringSSL) does not do that curve.
_P521 = bytes.fromhex("06052b81040023")


class HostTls(NamedTuple):
    """What a host made for one start."""

    key: bytes
    certificate: bytes

    def credentials(self, plugin_certificate: bytes) -> grpc.ChannelCredentials:
        """The credentials that trust only the plugin. Raises PluginError ``tls_unsupported`` for P-521."""
        if _P521 in _der(plugin_certificate.decode(), "the handshake line"):
            raise PluginError("tls_unsupported", "the plugin does TLS with P-521, which gRPC for Python cannot do: launch it without tls")
        return grpc.ssl_channel_credentials(plugin_certificate, self.key, self.certificate)


def make_host_tls() -> HostTls:
    key, certificate, _ = _make_certificate("tls=True")
    return HostTls(key, certificate)


def answer_tls(client_certificate: str) -> tuple[grpc.ServerCredentials, bytes]:
    """A plugin's credentials that trust only the host, and its certificate in DER.

    Raises PluginError ``tls_failed`` or ``tls_unsupported``: a plugin that was asked for TLS must not serve without.
    """
    if _P521 in _der(client_certificate, "PLUGIN_CLIENT_CERT"):
        raise PluginError(
            "tls_unsupported",
            "the host asks for TLS with a P-521 certificate (PLUGIN_CLIENT_CERT), which gRPC for Python cannot do: "
            "turn AutoMTLS off in the host, or let the host use P-256",
        )
    key, certificate, der = _make_certificate("the host's TLS (PLUGIN_CLIENT_CERT)")
    credentials = grpc.ssl_server_credentials([(key, certificate)], client_certificate.encode(), True)
    return credentials, der


def _der(pem: str, place: str) -> bytes:
    try:
        return ssl.PEM_cert_to_DER_cert(pem)
    except ValueError as error:
        raise PluginError("tls_failed", f"expected a certificate in {place}: {error}") from error


def _make_certificate(wanted_by: str) -> tuple[bytes, bytes, bytes]:
    try:
        from ._certificate import make_certificate
    except ImportError as error:
        raise PluginError(
            "tls_unsupported",
            f"{wanted_by} needs the package cryptography: pip install 'grafana-plugin-protocol[tls]', or switch TLS off",
        ) from error
    return make_certificate()
