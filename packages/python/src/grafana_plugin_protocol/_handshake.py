"""Cookie, environment, negotiation and handshake line of go-plugin."""

import base64
import binascii
import re
from collections.abc import Iterable, Sequence
from typing import Literal, NamedTuple, Protocol, TypeGuard

from ._errors import PluginError

COOKIE_KEY = "grafana_plugin_type"
#: What hosts send for plugins of every kind. Hosts before Grafana 7 send ``renderer`` to a renderer of major 1.
COOKIE_VALUE = "datasource"

#: The same text as go-plugin's.
COOKIE_TEXT = (
    "This binary is a plugin. These are not meant to be executed directly.\n"
    "Please execute the program that consumes these plugins, which will\n"
    "load any plugins automatically\n"
)

#: Bytes of the longest path of a unix socket on every system that has them.
MAX_SOCKET_PATH = 103

Network = Literal["unix", "tcp"]


class Major(Protocol):
    """A module of a protocol major: ``v1`` or ``v2``."""

    @property
    def PROTOCOL_VERSION(self) -> int: ...


class HandshakeLine(NamedTuple):
    """What a plugin prints first: its major and where it listens."""

    major: int
    network: Network
    address: str
    #: The plugin's certificate in PEM, when it does TLS.
    certificate: bytes | None


def parse_versions(text: str | None) -> list[int] | None:
    """The majors of PLUGIN_PROTOCOL_VERSIONS. Entries that are not numbers are left out, as go-plugin does."""
    if not text:
        return None
    return [int(entry) for entry in map(str.strip, text.split(",")) if re.fullmatch(r"[0-9]{1,9}", entry)]


def choose_major(own: Iterable[int], offered: Sequence[int] | None) -> int:
    """The highest common major. Without one it is the lowest of the plugin: the host then reports the mismatch."""
    majors = sorted(own)
    return max((major for major in majors if major in (offered or [])), default=majors[0])


def format_line(major: int, network: Network, address: str, certificate: bytes | None) -> str:
    """The handshake line, with its line end. ``certificate`` is DER."""
    field = base64.b64encode(certificate or b"").decode().rstrip("=")
    return f"1|{major}|{network}|{address}|grpc|{field}\n"


def parse_line(line: str) -> HandshakeLine:
    """Reads a handshake line as go-plugin does. Raises PluginError with the codes of a host."""
    fields = line.strip().split("|")
    if len(fields) < 4:
        raise PluginError("handshake_invalid", f"expected a handshake line such as 1|2|unix|/path|grpc, got {line.strip()[:200]!r}")
    core, major, network, address, protocol, certificate = (*fields, *[""] * 6)[:6]
    if core != "1":
        raise PluginError("core_version_mismatch", f"expected go-plugin's core version 1, got {core!r}")
    if not re.fullmatch(r"[0-9]{1,9}", major):
        raise PluginError("handshake_invalid", f"expected a protocol major in the handshake line, got {major!r}")
    if not is_network(network):
        raise PluginError("network_unsupported", f"expected unix or tcp in the handshake line, got {network!r}")
    if protocol != "grpc":
        raise PluginError("rpc_protocol_unsupported", f"expected grpc in the handshake line, got {protocol or 'netrpc'!r}")
    # Plugins of 2018 print something else there, of 48 characters.
    pem = None if len(certificate) <= 50 else to_pem(certificate)
    return HandshakeLine(int(major), network, address, pem)


def is_network(text: str) -> TypeGuard[Network]:
    return text in ("unix", "tcp")


def to_pem(field: str) -> bytes:
    try:
        der = base64.b64decode(field + "=" * (-len(field) % 4), validate=True)
    except binascii.Error as error:
        raise PluginError("tls_failed", f"expected a certificate in base64 in the handshake line: {error}") from error
    return b"-----BEGIN CERTIFICATE-----\n" + base64.encodebytes(der) + b"-----END CERTIFICATE-----\n"
