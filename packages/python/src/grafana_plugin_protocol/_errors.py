"""The one exception of this package beside those of gRPC."""


class PluginError(Exception):
    """What went wrong before the first call, or with the process of a plugin.

    ``code`` is one of the codes of the npm package's ``PluginError``, such as ``exited``, ``start_timeout``,
    ``handshake_invalid`` or ``protocol_version_mismatch``. The other attributes are ``None`` where there was no process.
    """

    def __init__(
        self, code: str, message: str, *, pid: int | None = None, exit_code: int | None = None, stderr_tail: str | None = None
    ) -> None:
        super().__init__(message)
        self.code = code
        #: Process id of the plugin.
        self.pid = pid
        #: Exit code; negative is the number of the signal that ended the process.
        self.exit_code = exit_code
        #: The last lines that the plugin wrote to stderr.
        self.stderr_tail = stderr_tail
