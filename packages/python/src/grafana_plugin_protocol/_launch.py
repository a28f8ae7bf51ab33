"""Launches a plugin, and ends it."""

import asyncio
import os
import shutil
import signal
import sys
import tempfile
from collections import deque
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from typing import TypeVar
from urllib.parse import quote

import grpc
import grpc.aio
from google.protobuf.empty_pb2 import Empty as GoogleEmpty
from grpc_health.v1 import health_pb2

from . import go_plugin
from ._errors import PluginError
from ._handshake import COOKIE_KEY, COOKIE_VALUE, HandshakeLine, Major, parse_line
from ._log import LogLine, parse_log_line
from ._tls import HostTls, make_host_tls

_Stub = TypeVar("_Stub")
#: The longest line that is read as one, as in go-plugin.
_LINE_BYTES = 1 << 16
_TAIL_LINES = 10
_SHUTDOWN_SECONDS = 2.0
#: For the stderr of a plugin that has exited; only a descendant that holds the pipe needs all of it.
_LAST_WORDS_SECONDS = 5.0
#: Of go-plugin, and never those that this host got from its own.
_HOST_NAMES = (
    *("PLUGIN_PROTOCOL_VERSIONS", "PLUGIN_MIN_PORT", "PLUGIN_MAX_PORT", "PLUGIN_MULTIPLEX_GRPC"),
    *("PLUGIN_CLIENT_CERT", "PLUGIN_UNIX_SOCKET_DIR", "PLUGIN_UNIX_SOCKET_GROUP"),
)
#: Ends the group of the plugin and removes its sockets when the host dies without a word: the pipe then ends without a line.
_WATCHDOG = 'read -r _ || { kill -KILL -"$1"; rm -rf -- "$2"; }'


@asynccontextmanager
async def launch(
    *command: str,
    majors: Sequence[Major],
    env: Mapping[str, str] | None = None,
    inherit_env: bool = True,
    cwd: str | None = None,
    start_timeout: float = 60.0,
    tls: bool = False,
    cookie: tuple[str, str] = (COOKIE_KEY, COOKIE_VALUE),
    max_receive_bytes: int = 256 << 20,
    max_send_bytes: int = 16 << 20,
    on_log: Callable[[LogLine], None] = lambda _: None,
) -> AsyncIterator["LaunchedPlugin"]:
    """Launches a plugin, and ends it when the block is left::

        async with launch("./gpx_demo_linux_amd64", majors=[v2]) as plugin:
            answer = await plugin.client(v2.DataStub).QueryData(request)

    The plugin is in a process group of its own, which ends with the block, and with this process, however that ends.

    :param command: the executable, a path or a name of PATH, and its arguments
    :param majors: those that the host accepts; the plugin chooses the highest that it has
    :param env: variables of the plugin, before those that it inherits
    :param inherit_env: whether the plugin has this process's environment
    :param start_timeout: seconds until the plugin has to be connected; default as go-plugin
    :param tls: mutual TLS as go-plugin's AutoMTLS, which needs the extra ``tls``. Plugins in Go answer with P-521, which
        gRPC for Python cannot do
    :param max_receive_bytes: the largest answer
    :param max_send_bytes: the largest request; default what plugins in Go accept
    :param on_log: gets each line that the plugin logs or prints
    :raises PluginError: the plugin did not start. The text has what was expected, what was seen and the last lines of stderr
    """
    accepted = {major.PROTOCOL_VERSION for major in majors}
    if not command or not accepted:
        raise TypeError("expected a command and at least one major: launch('./gpx_demo', majors=[v2])")
    executable = shutil.which(command[0])
    if executable is None:
        raise PluginError("executable_not_found", f'found no executable "{command[0]}": check its path and its mode')
    host_tls = make_host_tls() if tls else None
    with tempfile.TemporaryDirectory(prefix="plugin-", ignore_cleanup_errors=True) as sockets:
        inherited = {key: value for key, value in os.environ.items() if key not in _HOST_NAMES} if inherit_env else {}
        environment = {
            **inherited,
            "PLUGIN_UNIX_SOCKET_DIR": sockets,
            **(env or {}),
            cookie[0]: cookie[1],
            "PLUGIN_PROTOCOL_VERSIONS": ",".join(map(str, sorted(accepted))),
            "PLUGIN_MIN_PORT": "10000",
            "PLUGIN_MAX_PORT": "25000",
            **({"PLUGIN_CLIENT_CERT": host_tls.certificate.decode()} if host_tls else {}),
        }
        process = await _Process.start([executable, *command[1:]], environment, cwd, sockets, on_log)
        try:
            try:
                async with asyncio.timeout(start_timeout):
                    line = await process.handshake(accepted)
                    options = [
                        ("grpc.max_receive_message_length", max_receive_bytes),
                        ("grpc.max_send_message_length", max_send_bytes),
                        ("grpc.enable_http_proxy", 0),
                    ]
                    channel = await _dial(line, host_tls, options, process)
            except TimeoutError as error:
                raise process.error("start_timeout", f"no connection to the plugin within {start_timeout} s") from error
            plugin = LaunchedPlugin(process, channel, line.major)
            try:
                yield plugin
            finally:
                await plugin.close()
        finally:
            await process.end(0)


class LaunchedPlugin:
    """A running plugin: see :func:`launch`."""

    def __init__(self, process: "_Process", channel: grpc.aio.Channel, major: int) -> None:
        #: The protocol major that plugin and host agreed on.
        self.major = major
        #: The connection, for stubs of your own.
        self.channel = channel
        self._process = process
        # Without a reader a plugin that prints much would block.
        self._stdio = asyncio.create_task(self._read_stdio())

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def exit_code(self) -> int | None:
        """``None`` while the plugin runs; negative is the number of a signal."""
        return self._process.exit_code

    def client(self, stub: Callable[[grpc.aio.Channel], _Stub]) -> _Stub:
        """A client of a service: ``plugin.client(v2.DataStub)``. Raises TypeError for a service of another major."""
        package = sys.modules[stub.__module__.rpartition(".")[0]] if "." in stub.__module__ else None
        version = getattr(package, "PROTOCOL_VERSION", self.major)
        if version != self.major:
            raise TypeError(f"the plugin speaks protocol {self.major}, and this is a service of {version}: look at plugin.major first")
        return stub(self.channel)

    async def is_healthy(self) -> bool:
        """Whether the plugin says that it serves."""
        check: grpc.aio.UnaryUnaryMultiCallable[health_pb2.HealthCheckRequest, health_pb2.HealthCheckResponse]
        check = self.channel.unary_unary(
            "/grpc.health.v1.Health/Check",
            request_serializer=health_pb2.HealthCheckRequest.SerializeToString,
            response_deserializer=health_pb2.HealthCheckResponse.FromString,
        )
        answer = await check(health_pb2.HealthCheckRequest(service="plugin"))
        return answer.status == health_pb2.HealthCheckResponse.SERVING

    async def close(self, grace: float = 2.0) -> None:
        """Asks the plugin to end, waits for it so many seconds, and kills what then is left of its group. Safe twice."""
        if self._process.exit_code is None:
            with suppress(grpc.aio.AioRpcError, asyncio.InvalidStateError):
                await go_plugin.GRPCControllerStub(self.channel).Shutdown(go_plugin.Empty(), timeout=_SHUTDOWN_SECONDS)
        self._stdio.cancel()
        await self.channel.close()
        await self._process.end(grace)

    async def _read_stdio(self) -> None:
        rest = {go_plugin.StdioData.STDOUT: b"", go_plugin.StdioData.STDERR: b""}
        with suppress(grpc.aio.AioRpcError):
            async for piece in go_plugin.GRPCStdioStub(self.channel).StreamStdio(GoogleEmpty()):
                *lines, last = (rest.get(piece.channel, b"") + piece.data).split(b"\n")
                rest[piece.channel] = last[-_LINE_BYTES:]
                for line in lines:
                    self._process.log(line, "stdio")


class _Process:
    """The process of a plugin, in a group of its own, with a watchdog."""

    def __init__(
        self, process: asyncio.subprocess.Process, watchdog: asyncio.subprocess.Process, name: str, on_log: Callable[[LogLine], None]
    ) -> None:
        self._process = process
        self._watchdog = watchdog
        self._name = name
        self._on_log = on_log
        self._tail: deque[str] = deque(maxlen=_TAIL_LINES)
        self._readers = [asyncio.create_task(self._read_stderr())]
        self._is_ended = False

    @classmethod
    async def start(
        cls, command: Sequence[str], env: Mapping[str, str], cwd: str | None, sockets: str, on_log: Callable[[LogLine], None]
    ) -> "_Process":
        pipe, null = asyncio.subprocess.PIPE, asyncio.subprocess.DEVNULL
        try:
            process = await asyncio.create_subprocess_exec(
                *command, env=env, cwd=cwd, stdin=null, stdout=pipe, stderr=pipe, limit=_LINE_BYTES, start_new_session=True
            )
        except OSError as error:
            raise PluginError("spawn_failed", f'cannot start "{command[0]}": {error.strerror}') from error
        script = ("sh", "-c", _WATCHDOG, "sh", str(process.pid), sockets)
        try:
            watchdog = await asyncio.create_subprocess_exec(*script, stdin=pipe, stdout=null, stderr=null, start_new_session=True)
        except BaseException:
            _kill_group(process.pid)
            raise
        return cls(process, watchdog, command[0], on_log)

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def exit_code(self) -> int | None:
        return self._process.returncode

    async def handshake(self, accepted: set[int]) -> HandshakeLine:
        """The first line of stdout, and whether the host takes it. Later lines are log lines."""
        stdout = self._stream(self._process.stdout)
        try:
            first = await stdout.readuntil(b"\n")
        except asyncio.IncompleteReadError as error:
            first = error.partial
        except asyncio.LimitOverrunError as error:
            raise self.error("handshake_invalid", f"expected a handshake line, got more than {_LINE_BYTES} bytes without one") from error
        if not first.strip() and stdout.at_eof():
            code = await self._process.wait()
            # What it wrote last may be its reason.
            await asyncio.wait(self._readers, timeout=_LAST_WORDS_SECONDS)
            raise self.error("exited", f"the plugin {_describe_exit(code)} before it printed its handshake line")
        try:
            line = parse_line(first.decode("utf-8", "replace"))
        except PluginError as error:
            raise self.error(error.code, str(error)) from error
        if line.major not in accepted:
            offered = " and ".join(map(str, sorted(accepted)))
            raise self.error(
                "protocol_version_mismatch",
                f"the plugin speaks protocol {line.major}, this host accepts {offered}: add that major, or take another plugin",
            )
        self._readers.append(asyncio.create_task(self._read_lines(stdout, "stdout")))
        return line

    def error(self, code: str, text: str) -> PluginError:
        """An error about this process, with the last lines of its stderr."""
        tail = "\n".join(self._tail)
        seen = f"; last lines of stderr:\n{tail}" if tail else "; it wrote nothing to stderr"
        message = f'{text} ("{self._name}", pid {self.pid}{seen})'
        return PluginError(code, message, pid=self.pid, exit_code=self.exit_code, stderr_tail=tail)

    def log(self, line: bytes, source: str) -> None:
        self._on_log(parse_log_line(line.decode("utf-8", "replace").rstrip("\r\n"), source))

    async def end(self, grace: float) -> None:
        """Waits for the end, kills the group, and lets the watchdog go. Safe twice."""
        if self._is_ended:
            return
        self._is_ended = True
        try:
            async with asyncio.timeout(grace):
                await asyncio.shield(self._process.wait())
        except TimeoutError:
            pass
        finally:
            _kill_group(self.pid)
            self._stream_in(self._watchdog.stdin).write(b"\n")
        await asyncio.gather(self._process.wait(), self._watchdog.wait())
        # A descendant that left the group may hold the pipes.
        await asyncio.wait(self._readers, timeout=1)
        for reader in self._readers:
            reader.cancel()

    async def _read_stderr(self) -> None:
        async for line in _lines(self._stream(self._process.stderr)):
            self._tail.append(line.decode("utf-8", "replace").rstrip("\r\n"))
            self.log(line, "stderr")

    async def _read_lines(self, stream: asyncio.StreamReader, source: str) -> None:
        async for line in _lines(stream):
            self.log(line, source)

    @staticmethod
    def _stream(stream: asyncio.StreamReader | None) -> asyncio.StreamReader:
        assert stream is not None, "the process was started with pipes"
        return stream

    @staticmethod
    def _stream_in(stream: asyncio.StreamWriter | None) -> asyncio.StreamWriter:
        assert stream is not None, "the process was started with pipes"
        return stream


async def _lines(stream: asyncio.StreamReader) -> AsyncIterator[bytes]:
    """The lines of a stream. One that is too long comes in pieces."""
    while True:
        try:
            line = await stream.readuntil(b"\n")
        except asyncio.IncompleteReadError as error:
            if error.partial:
                yield error.partial
            return
        except asyncio.LimitOverrunError as error:
            line = await stream.read(error.consumed or _LINE_BYTES)
        yield line


async def _dial(
    line: HandshakeLine, tls: HostTls | None, options: list[tuple[str, int]], process: _Process
) -> grpc.aio.Channel:
    target = f"unix:{quote(line.address)}" if line.network == "unix" else line.address
    if (tls is None) != (line.certificate is None):
        asked = "asked for TLS, and the plugin does none" if tls else "did not ask for TLS, and the plugin does it"
        raise process.error("tls_unsupported", f"this host {asked}: change the parameter tls")
    # Over a unix socket gRPC would send the path as :authority, which a server in Rust refuses.
    named = [*options, ("grpc.default_authority", "localhost")]
    if tls is None or line.certificate is None:
        channel = grpc.aio.insecure_channel(target, named)
    else:
        override = ("grpc.ssl_target_name_override", "localhost")
        channel = grpc.aio.secure_channel(target, tls.credentials(line.certificate), [*named, override])
    exited = asyncio.create_task(process._process.wait())
    ready = asyncio.create_task(channel.channel_ready())
    try:
        await asyncio.wait({exited, ready}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        exited.cancel()
        if not ready.done():
            ready.cancel()
            await channel.close()
    if not ready.done() or ready.cancelled():
        await asyncio.wait(process._readers, timeout=_LAST_WORDS_SECONDS)
        raise process.error("exited", f"the plugin {_describe_exit(process.exit_code)} right after its handshake line")
    return channel


def _kill_group(pid: int) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)


def _describe_exit(code: int | None) -> str:
    if code is not None and code < 0:
        return f"was ended by {signal.Signals(-code).name}"
    return f"exited with code {code}"
