"""The kinds of fields, by their names in Arrow, in frame JSON and in Grafana's frontend."""

from collections.abc import Mapping
from typing import Any, Literal, NamedTuple

import pyarrow as pa

FrontendType = Literal["time", "number", "boolean", "string", "enum", "other"]
Json = Mapping[str, Any]


class KindInfo(NamedTuple):
    arrow: pa.DataType
    frontend_type: FrontendType
    #: ``typeInfo.frame`` in frame JSON.
    go_type: str


_NUMBERS = ("int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64", "float32", "float64")
TYPES: Mapping[str, KindInfo] = {
    **{name: KindInfo(getattr(pa, name)(), "number", name) for name in _NUMBERS},
    "string": KindInfo(pa.string(), "string", "string"),
    "bool": KindInfo(pa.bool_(), "boolean", "bool"),
    "time": KindInfo(pa.timestamp("ns"), "time", "time.Time"),
    "json": KindInfo(pa.binary(), "other", "json.RawMessage"),
    "enum": KindInfo(pa.uint16(), "enum", "enum"),
}
_KINDS = {info.arrow: kind for kind, info in TYPES.items() if kind != "enum"}


def arrow_type(kind: str) -> pa.DataType:
    if kind not in TYPES:
        raise ValueError(f"expected a kind among {', '.join(TYPES)}, got {kind!r}")
    return TYPES[kind].arrow


def kind_of(arrow: pa.DataType) -> str:
    """The kind of an Arrow type. Raises TypeError for those that frames do not have."""
    kind = _KINDS.get(arrow)
    if kind is None:
        raise TypeError(f"frames have no type {arrow}: cast to a number, a time or a text")
    return kind
