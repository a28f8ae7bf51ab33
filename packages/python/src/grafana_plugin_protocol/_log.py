"""Log lines that go-plugin hosts read with level, logger and fields."""

import json
import logging
import sys
from datetime import datetime, timezone
from typing import NamedTuple

#: The longest line that a host reads as one.
_MAX_BYTES = 65_535
_MAX_TEXT = 16_000
_LEVELS = ("trace", "debug", "info", "warn", "error")
_OWN = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


class HclogFormatter(logging.Formatter):
    """Formats records as hclog JSON. What ``extra`` of a logging call has becomes fields of the line.

    :func:`serve` installs it on the root logger when that has no handler.
    """

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "@level": _level(record.levelno),
            "@message": _message(record)[:_MAX_TEXT],
            # Exactly six digits, else a Go host takes the line for plain text.
            "@timestamp": datetime.fromtimestamp(record.created, timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
            "@module": record.name,
        }
        # A name with @ is hclog's own, and one that is not a text ends a Go host.
        fields = {key: value for key, value in vars(record).items() if key not in _OWN and not key.startswith("@")}
        if record.exc_info:
            fields["error"] = self.formatException(record.exc_info)
        text = _json({**line, **{key: _plain(value) for key, value in fields.items()}})
        if len(text) <= _MAX_BYTES:
            return text
        return _json({**line, "truncated": f"{len(text)} bytes"})


def log_to_host() -> None:
    """Sends Python's log records of level info and above to the host, unless the program has set up logging itself."""
    if not logging.root.handlers:
        handler = logging.StreamHandler(sys.stderr)
        handler.setFormatter(HclogFormatter())
        logging.basicConfig(handlers=[handler], level=logging.INFO)


def _level(number: int) -> str:
    steps = ((logging.ERROR, "error"), (logging.WARNING, "warn"), (logging.INFO, "info"), (logging.DEBUG, "debug"))
    return next((name for level, name in steps if number >= level), "trace")


def _message(record: logging.LogRecord) -> str:
    try:
        return record.getMessage()
    except Exception as error:  # A wrong format string must not cost the line.
        return f"{record.msg!s} ({error})"


def _plain(value: object) -> object:
    try:
        text = json.dumps(value, allow_nan=False, default=str)
        return value if len(text) <= _MAX_TEXT and isinstance(value, (str, int, float, bool, type(None))) else text[:_MAX_TEXT]
    except (ValueError, TypeError, RecursionError):
        return str(value)[:_MAX_TEXT]


def _json(line: dict[str, object]) -> str:
    return json.dumps(line, allow_nan=False, default=str)


class LogLine(NamedTuple):
    """A line that a plugin wrote."""

    #: trace, debug, info, warn or error.
    level: str
    message: str
    #: What else an hclog line has.
    fields: dict[str, object]
    #: ``stderr``, where plugins log; ``stdout``, after the handshake line; ``stdio``, what Go plugins print.
    source: str


def parse_log_line(line: str, source: str = "stderr") -> LogLine:
    """Reads a line as go-plugin's host does: hclog JSON, or text, which has level debug or that of a prefix such as [WARN]."""
    try:
        seen = json.loads(line) if source == "stderr" and line.startswith("{") else None
    except (ValueError, RecursionError):
        seen = None
    if isinstance(seen, dict) and isinstance(seen.get("@message"), str) and str(seen.get("@level")).lower() in _LEVELS:
        fields = {key: value for key, value in seen.items() if key not in ("@level", "@message")}
        return LogLine(str(seen["@level"]).lower(), seen["@message"], fields, source)
    for level in _LEVELS:
        if source == "stderr" and line.startswith(f"[{level.upper()}]"):
            return LogLine(level, line[len(level) + 2 :].strip(), {}, source)
    return LogLine("debug", line, {}, source)
