"""The adapter of Python's protobuf: see ../../README.md."""

import base64
import sys

from google.protobuf import descriptor_pool, json_format
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass
from grafana_plugin_protocol import extensions_v2, go_plugin, v1, v2, v3

#: Each of them registers its messages.
CONTRACTS = (extensions_v2, go_plugin, v1, v2, v3)


def decode(kind: type[Message], form: str, data: bytes) -> Message:
    if form == "binary":
        return kind.FromString(data)
    message = kind()
    json_format.Parse(data, message)
    return message


def answer(line: str, kinds: dict[str, type[Message]]) -> str:
    number, name, form, data = line.split("\t")
    if name not in kinds:
        kinds[name] = GetMessageClass(descriptor_pool.Default().FindMessageTypeByName(name))
    try:
        message = decode(kinds[name], form, base64.b64decode(data))
        binary = base64.b64encode(message.SerializeToString(deterministic=True)).decode()
        text = base64.b64encode(json_format.MessageToJson(message, ensure_ascii=False).encode()).decode()
        return f"{number}\tok\t{binary}\t{text}"
    except Exception as error:  # Whatever the library raises is a refusal.
        reason = " ".join(f"{type(error).__name__}: {error}".split())
        return f"{number}\trefused\t{reason}"


def main() -> None:
    kinds: dict[str, type[Message]] = {}
    for line in sys.stdin:
        try:
            print(answer(line.rstrip("\n"), kinds))
        except KeyError as error:
            print(f"expected a message of {len(CONTRACTS)} contracts: {error}", file=sys.stderr)
            sys.exit(2)


main()
