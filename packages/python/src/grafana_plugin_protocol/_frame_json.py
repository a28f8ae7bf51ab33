"""Frame JSON, in the spelling and the order of Grafana's SDK: its reader wants schema before data, and values first in it."""

import json
import math
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import pyarrow as pa

from ._frame_kinds import TYPES, Json

if TYPE_CHECKING:
    from .frames import Field, Frame

_ESCAPES = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029", "\\b": "\\u0008", "\\f": "\\u000c"}
_ENTITIES = ("NaN", "Inf", "NegInf")
JsonPart = Literal["all", "schema", "data"]


class ParsedField(NamedTuple):
    name: str
    kind: str
    type: pa.DataType
    nullable: bool
    labels: dict[str, str] | None
    config: Json | None
    values: Sequence[object]


class ParsedFrame(NamedTuple):
    name: str
    ref_id: str
    meta: Json | None
    fields: Sequence[ParsedField]


def format_frame_json(frame: "Frame", part: JsonPart) -> str:
    texts = [*([_schema(frame)] if part != "data" else []), *([_data(frame)] if part != "schema" else [])]
    return f"{{{','.join(texts)}}}"


def _schema(frame: "Frame") -> str:
    schema = [
        *([f'"name":{_name(frame.name)}'] if frame.name else []),
        *([f'"refId":{_name(frame.ref_id)}'] if frame.ref_id else []),
        *([f'"meta":{_text(frame.meta)}'] if frame.meta is not None else []),
        f'"fields":[{",".join(map(_schema_of, frame.fields))}]',
    ]
    return f'"schema":{{{",".join(schema)}}}'


def _data(frame: "Frame") -> str:
    columns = [_Column(field) for field in frame.fields]
    data = [f'"values":[{",".join(column.values for column in columns)}]']
    for name in ("entities", "nanos"):
        beside = [getattr(column, name) for column in columns]
        if any(beside):
            data.append(f'"{name}":[{",".join(text or "null" for text in beside)}]')
    return f'"data":{{{",".join(data)}}}'


def parse_frame_json(text: str | bytes) -> ParsedFrame:
    """Raises ValueError, KeyError or TypeError for what is none."""
    # A negative zero has no point on the wire, and is no integer.
    frame = json.loads(text, parse_int=lambda digits: -0.0 if digits == "-0" else int(digits))
    schema, data = frame["schema"], frame.get("data") or {}
    fields = schema.get("fields") or []
    columns = data.get("values") or [[] for _ in fields]
    if len(columns) != len(fields):
        raise ValueError(f"expected values of {len(fields)} fields, got {len(columns)}")
    beside = {name: data.get(name) or [None] * len(fields) for name in ("entities", "nanos")}
    parsed = [
        _parse_field(each, columns[index], beside["entities"][index], beside["nanos"][index]) for index, each in enumerate(fields)
    ]
    return ParsedFrame(schema.get("name") or "", schema.get("refId") or "", schema.get("meta"), parsed)


def _parse_field(field: dict[str, Any], column: list[Any], entities: dict[str, list[int]] | None, nanos: list[int] | None) -> ParsedField:
    info = field["typeInfo"]
    named = str(info["frame"])
    kind = {each.go_type: name for name, each in TYPES.items()}[named.lstrip("*")]
    nullable = bool(info.get("nullable")) or named.startswith("*")
    values: list[Any] = list(column)
    for name, special in zip(_ENTITIES, (math.nan, math.inf, -math.inf), strict=True):
        for row in (entities or {}).get(name) or []:
            values[row] = special
    if kind == "time":
        values = [None if ms is None else ms * 1_000_000 + (nanos[row] if nanos else 0) for row, ms in enumerate(values)]
    elif kind == "json":
        texts = [json.dumps(value, ensure_ascii=False, separators=(",", ":")) for value in values]
        values = [None if nullable and text == "null" else text.encode() for text in texts]
    elif kind in ("float32", "float64"):
        values = [None if value is None else float(value) for value in values]
    return ParsedField(field.get("name") or "", kind, TYPES[kind].arrow, nullable, field.get("labels"), field.get("config"), values)


def _schema_of(field: "Field") -> str:
    info = TYPES[field.kind]
    nullable = ',"nullable":true' if field.nullable else ""
    members = [
        *([f'"name":{_name(field.name)}'] if field.name else []),
        f'"type":"{info.frontend_type}","typeInfo":{{"frame":"{info.go_type}"{nullable}}}',
    ]
    if field.labels is not None:
        members.append(f'"labels":{_name(dict(sorted(field.labels.items(), key=lambda item: item[0].encode())))}')
    if field.config is not None:
        members.append(f'"config":{_text(field.config)}')
    return f"{{{','.join(members)}}}"


class _Column:
    """The texts of a column: its values, and what stands beside them."""

    def __init__(self, field: "Field") -> None:
        self.entities: str | None = None
        self.nanos: str | None = None
        kind = field.kind
        if kind == "time":
            times = field.values.view(pa.int64()).to_pylist()
            nanos = [0 if time is None else time % 1_000_000 for time in times]
            self.values = _list(None if time is None else str(time // 1_000_000) for time in times)
            if any(nanos):
                self.nanos = _list(map(str, nanos))
        elif kind in ("float32", "float64"):
            self._write_floats(field.values.to_pylist(), _digits_of_float32 if kind == "float32" else repr)
        elif kind == "bool":
            self.values = _list(None if value is None else str(value).lower() for value in field.values.to_pylist())
        elif kind == "string":
            self.values = _list(None if value is None else _text(value) for value in _texts(field.values))
        elif kind == "json":
            self.values = _list(None if value is None else _raw(value) for value in field.values.to_pylist())
        else:
            self.values = _list(None if value is None else str(value) for value in field.values.to_pylist())

    def _write_floats(self, values: Sequence[float | None], digits: Any) -> None:
        found: dict[str, list[int]] = {name: [] for name in _ENTITIES}
        texts: list[str | None] = []
        for row, value in enumerate(values):
            if value is None or math.isfinite(value):
                texts.append(None if value is None else _float(value, digits))
            else:
                texts.append(None)
                found["NaN" if math.isnan(value) else "Inf" if value > 0 else "NegInf"].append(row)
        self.values = _list(texts)
        members = [f'"{name}":{_list(map(str, rows))}' for name, rows in found.items() if rows]
        if members:
            self.entities = f"{{{','.join(members)}}}"


def _list(texts: Iterable[str | None]) -> str:
    return f"[{','.join(text or 'null' for text in texts)}]"


def _texts(array: pa.StringArray) -> Iterator[str | None]:
    for value in array.cast(pa.binary()).to_pylist():
        yield None if value is None else value.decode("utf-8", "surrogateescape")


def _raw(value: bytes) -> str:
    """A JSON value as it is; null for what Go's reader would refuse."""
    text = value.decode("utf-8", "replace")
    try:
        json.loads(text, parse_float=_finite, parse_constant=_finite)
    except ValueError:
        return "null"
    return text


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(text)
    return number


def _escaped(text: str) -> str:
    return re.sub("[<>&\u2028\u2029]", lambda found: _ESCAPES[found[0]], text)


def _name(value: object) -> str:
    """Names and labels: HTML characters stay."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return re.sub(r"\\[\\bf]", lambda found: _ESCAPES.get(found[0], found[0]), text) if "\\" in text else text


def _text(value: object) -> str:
    """Texts inside values and metadata, as Go spells them: each byte that is not UTF-8 is an escape."""
    return re.sub("[\udc80-\udcff]", r"\\ufffd", _escaped(_name(value)))


def _float(value: float, digits: Any) -> str:
    """The shortest digits; an exponent below 1e-6 and from 1e21 on."""
    text: str = digits(value)
    # Of the digits, not of the value: those of a 32-bit float are shorter than its value as a double.
    return _without_exponent(text) if value == 0 or 1e-6 <= abs(float(text)) < 1e21 else text.replace(".0e", "e")


def _without_exponent(text: str) -> str:
    if "e" in text:
        mantissa, exponent = text.split("e")
        sign, digits = ("-", mantissa[1:]) if mantissa.startswith("-") else ("", mantissa)
        whole, _, rest = digits.partition(".")
        shift = int(exponent)
        if shift < 0:
            return f"{sign}0.{'0' * (-shift - 1)}{whole}{rest.rstrip('0') if rest != '0' else ''}"
        rest = "" if rest == "0" else rest
        return f"{sign}{whole}{rest.ljust(shift, '0')}"
    return text.removesuffix(".0")


def _digits_of_float32(value: float) -> str:
    """The shortest digits that give this 32-bit float, in the form of repr."""
    import numpy

    return repr(float(str(numpy.float32(value))))
