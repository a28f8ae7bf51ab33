"""Serves a plugin to the host that started this process."""

import asyncio
import logging
import os
import secrets
import socket
import sys
import tempfile
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import NamedTuple, NoReturn
from urllib.parse import quote

import grpc
import grpc.aio
from google.protobuf.empty_pb2 import Empty as GoogleEmpty
from grpc_health.v1 import health, health_pb2, health_pb2_grpc

from . import go_plugin
from ._errors import PluginError
from ._guard import Guard
from ._handshake import COOKIE_KEY, COOKIE_TEXT, COOKIE_VALUE, MAX_SOCKET_PATH, Major, Network, choose_major, format_line, parse_versions
from ._log import log_to_host
from ._process import Ending, Stdout, first_of
from ._tls import answer_tls

#: How long calls in flight may go on after the host has asked for the end.
_GRACE_SECONDS = 0.5
_NO_LIMIT = -1

_PACKAGE_OF_V1 = "models"
_logger = logging.getLogger(__package__)


class Implementation(NamedTuple):
    """A major with the servicers that answer in it: see :func:`implement`."""

    version: int
    servicers: tuple[object, ...]


class _Service(NamedTuple):
    name: str
    add_to: Callable[[object, object], None]


def implement(major: Major, *servicers: object) -> Implementation:
    """Says which servicers a plugin has in a protocol major: ``implement(v2, Data(), Diagnostics())``.

    A servicer extends the classes of generated code: ``v2.DataServicer``, or several of them. Those of ``extensions_v2``
    and ``v3`` travel in major 2 as well. Its methods are coroutines, or functions, which then run in threads. RPCs without a
    method, and services without a servicer, answer UNIMPLEMENTED.

    Raises TypeError for an object without a servicer class, and for one of another major.
    """
    version = major.PROTOCOL_VERSION
    for servicer in servicers:
        for name, _ in _services_of(servicer):
            if (name.startswith(f"{_PACKAGE_OF_V1}.")) != (version == 1):
                raise TypeError(f"expected services of protocol {version}, got {name}: implement it with its own major")
    return Implementation(version, servicers)


def serve(
    *implementations: Implementation,
    cookie: tuple[str, str] = (COOKIE_KEY, COOKIE_VALUE),
    network: Network | None = None,
    max_receive_bytes: int = 16 << 20,
    threads: int = 32,
) -> None:
    """Serves the highest major that the host and the plugin have in common, until the host ends the plugin.

    Call it last in the main thread. It owns the process: it exits with code 1 and go-plugin's text when no host started it,
    and with one line on stderr when it cannot serve. It returns after Shutdown, SIGTERM, or the end of the host, and if then
    a handler hangs, the process ends anyway. Log with ``logging``; what is printed reaches the host as go-plugin's stdio.

    :param cookie: the environment variable and the value by which a host is recognised; default Grafana's
    :param network: default a unix socket that only this user may use, and TCP where there are none
    :param max_receive_bytes: the largest request; default 16 MiB, as Grafana's own plugins
    :param threads: how many methods that are no coroutines run at a time
    """
    if not implementations:
        raise TypeError("expected at least one implementation: serve(implement(v2, ...))")
    by_version = {version: servicers for version, servicers in implementations}
    if len(by_version) < len(implementations):
        raise TypeError("expected each major once: pass all its servicers to one implement()")
    if not _is_from_host(cookie, by_version):
        sys.stderr.write(COOKIE_TEXT)
        sys.exit(1)
    parent = os.getppid()
    stdout = Stdout()
    log_to_host()
    version = choose_major(by_version, parse_versions(os.environ.get("PLUGIN_PROTOCOL_VERSIONS")))
    try:
        tls = answer_tls(pem) if (pem := os.environ.get("PLUGIN_CLIENT_CERT")) else None
        plugin = _Plugin(version, by_version[version], stdout, parent, tls)
        asyncio.run(plugin.run(network or ("unix" if hasattr(os, "geteuid") else "tcp"), max_receive_bytes, threads))
    except PluginError as error:
        _refuse(error)


def _refuse(error: PluginError) -> NoReturn:
    """Ends a plugin that cannot start: one line, exit code 1."""
    with suppress(OSError):
        print(f"plugin cannot start: {error}", file=sys.stderr, flush=True)
    os._exit(1)


def _is_from_host(cookie: tuple[str, str], by_version: dict[int, tuple[object, ...]]) -> bool:
    key, value = cookie
    seen = os.environ.get(key)
    renders = any(name == "models.Renderer" for each in by_version.get(1, ()) for name, _ in _services_of(each))
    return bool(seen) and (seen == value or (renders and cookie == (COOKIE_KEY, COOKIE_VALUE) and seen == "renderer"))


def _services_of(servicer: object) -> list[_Service]:
    """The services of an object: generated code has a function beside each servicer class."""
    found = []
    for base in type(servicer).__mro__:
        module = sys.modules[base.__module__]
        add = getattr(module, f"add_{base.__name__}_to_server", None)
        if add is not None:
            found.append(_Service(_name_of(add, base), add))
    if not found:
        raise TypeError(f"expected a servicer, such as a class that extends v2.DataServicer, got {type(servicer).__name__}")
    return found


def _name_of(add: Callable[[object, object], None], base: type) -> str:
    """The full name of a service: what its function tells a server."""
    names: list[str] = []

    class Recorder:
        def add_generic_rpc_handlers(self, handlers: tuple[grpc.ServiceRpcHandler, ...]) -> None:
            names.extend(handler.service_name() for handler in handlers)

        def add_registered_method_handlers(self, *_: object) -> None: ...

    add(base(), Recorder())
    return names[0]


class _Plugin:
    """One run of a plugin: what its parts share."""

    def __init__(
        self,
        version: int,
        servicers: tuple[object, ...],
        stdout: Stdout,
        parent: int,
        tls: tuple[grpc.ServerCredentials, bytes] | None,
    ) -> None:
        self._version = version
        self._servicers = servicers
        self._stdout = stdout
        self._parent = parent
        self._tls = tls
        self._path: str | None = None

    async def run(self, network: Network, max_receive_bytes: int, threads: int) -> None:
        ending = Ending(asyncio.get_running_loop(), self._remove_socket)
        ending.watch(self._parent)
        server = grpc.aio.server(
            migration_thread_pool=ThreadPoolExecutor(threads),
            interceptors=[Guard()],
            options=[
                ("grpc.max_receive_message_length", max_receive_bytes),
                ("grpc.max_send_message_length", _NO_LIMIT),
                # Hosts in Go accept as much, and forward headers of browsers.
                ("grpc.max_metadata_size", 1 << 20),
                ("grpc.absolute_max_metadata_size", 1 << 20),
                # Hosts in Go ping to measure the connection.
                ("grpc.http2.max_ping_strikes", 0),
                ("grpc.so_reuseport", 0),
            ],
        )
        for servicer in self._servicers:
            for service in _services_of(servicer):
                service.add_to(servicer, server)
        await _add_own_services(server, ending, self._stdout)
        try:
            address = self._listen(server, network)
            await server.start()
            self._announce(network, address)
            await ending.ended.wait()
            await server.stop(_GRACE_SECONDS)
        finally:
            self._remove_socket()

    def _announce(self, network: Network, address: str) -> None:
        certificate = None if self._tls is None else self._tls[1]
        try:
            self._stdout.print_line(format_line(self._version, network, address, certificate))
        except OSError as error:
            raise PluginError("closed", f"the host has gone before it read the handshake line: {error.strerror}") from error
        _logger.info("plugin is served", extra={"protocolVersion": self._version, "network": network, "address": address})

    def _listen(self, server: grpc.aio.Server, network: Network) -> str:
        if network == "unix":
            self._path = path = _socket_path()
            # The mode is right from the first moment on.
            before = os.umask(0o177)
            try:
                self._bind(server, f"unix:{quote(path)}")
            finally:
                os.umask(before)
            _share_with_group(path)
            return path
        first, last = _port_range()
        for port in filter(_is_free, range(first, last + 1)):
            with suppress(RuntimeError):
                bound = self._bind(server, f"127.0.0.1:{port}")
                return f"127.0.0.1:{bound}"
        raise PluginError("listen_failed", f"every port from {first} to {last} is in use: check PLUGIN_MIN_PORT and PLUGIN_MAX_PORT")

    def _bind(self, server: grpc.aio.Server, address: str) -> int:
        if self._tls is None:
            return server.add_insecure_port(address)
        return server.add_secure_port(address, self._tls[0])

    def _remove_socket(self) -> None:
        if self._path is not None:
            with suppress(OSError):
                os.unlink(self._path)


def _socket_path() -> str:
    named = os.environ.get("PLUGIN_UNIX_SOCKET_DIR")
    folder = named or tempfile.gettempdir()
    source = "PLUGIN_UNIX_SOCKET_DIR" if named else "the temporary directory"
    path = os.path.join(folder, f"plugin{secrets.token_hex(8)}")
    if not os.path.isdir(folder) or not os.access(folder, os.W_OK | os.X_OK):
        raise PluginError("listen_failed", f'expected a directory to make a socket in, got "{folder}": check {source}')
    if len(os.fsencode(path)) > MAX_SOCKET_PATH or "|" in path:
        raise PluginError("listen_failed", f'a socket in "{folder}" has a path that is too long or has a "|": set PLUGIN_UNIX_SOCKET_DIR')
    return path


def _share_with_group(path: str) -> None:
    group = os.environ.get("PLUGIN_UNIX_SOCKET_GROUP")
    if not group:
        return
    import grp  # Not there on Windows.

    try:
        os.chown(path, -1, int(group) if group.isdecimal() else grp.getgrnam(group).gr_gid)
        os.chmod(path, 0o660)
    except (KeyError, OSError) as error:
        os.unlink(path)
        raise PluginError("listen_failed", f'cannot give the socket to the group "{group}" (PLUGIN_UNIX_SOCKET_GROUP): {error}') from error


def _port_range() -> tuple[int, int]:
    texts = [os.environ.get(name) or "0" for name in ("PLUGIN_MIN_PORT", "PLUGIN_MAX_PORT")]
    if not all(text.isdecimal() and int(text) < 65_536 for text in texts):
        raise PluginError("listen_failed", f"expected ports in PLUGIN_MIN_PORT and PLUGIN_MAX_PORT, got {texts[0]!r} and {texts[1]!r}")
    return int(texts[0]), int(texts[1])


def _is_free(port: int) -> bool:
    """Asked before gRPC tries, which logs each failure to stderr."""
    with socket.socket() as probe, suppress(OSError):
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(("127.0.0.1", port))
        return True
    return False


async def _add_own_services(server: grpc.aio.Server, ending: Ending, stdout: Stdout) -> None:
    checks = health.aio.HealthServicer()
    await checks.set("plugin", health_pb2.HealthCheckResponse.SERVING)
    health_pb2_grpc.add_HealthServicer_to_server(checks, server)

    class Controller(go_plugin.GRPCControllerServicer):
        async def Shutdown(self, request: go_plugin.Empty, context: object) -> go_plugin.Empty:
            ending.request()
            return go_plugin.Empty()

    class Stdio(go_plugin.GRPCStdioServicer):
        async def StreamStdio(self, request: GoogleEmpty, context: object) -> AsyncIterator[go_plugin.StdioData]:
            async for data in stdout.read(ending.ended):
                yield go_plugin.StdioData(channel=go_plugin.StdioData.STDOUT, data=data)

    class Broker(go_plugin.GRPCBrokerServicer):
        """Idle: no contract of Grafana uses it, but hosts open its stream."""

        async def StartStream(self, request_iterator: AsyncIterator[go_plugin.ConnInfo], context: object) -> AsyncIterator[go_plugin.ConnInfo]:
            async def drain() -> None:
                async for _ in request_iterator:
                    pass

            await first_of(drain(), ending.ended.wait())
            return
            yield

    for servicer in (Controller(), Stdio(), Broker()):
        for service in _services_of(servicer):
            service.add_to(servicer, server)
