"""Reads frames in every way that Python has, for the tests: a JSON line on stdin is {"arrow": base64, "json": text}."""

import base64
import json
import sys

import pyarrow as pa
from grafana_plugin_protocol.frames import Field, Frame, FrameError


def describe(frame: Frame) -> dict[str, object]:
    """As test/golden/frames/README.md says."""
    fields = [
        {
            "name": field.name,
            "kind": field.kind,
            "nullable": field.nullable,
            "labels": field.labels,
            "config": field.config,
            "values": [None if value is None else text(field.kind, value) for value in raw_values(field)],
        }
        for field in frame.fields
    ]
    return {"name": frame.name, "refId": frame.ref_id, "meta": frame.meta, "fields": fields}


def raw_values(field: Field) -> list[object]:
    raw = {"time": pa.int64(), "float32": pa.uint32(), "float64": pa.uint64()}.get(field.kind)
    if field.kind in ("string", "json"):
        return list(field.values.cast(pa.binary()).to_pylist())
    return list((field.values if raw is None else field.values.view(raw)).to_pylist())


def text(kind: str, value: object) -> str:
    match kind, value:
        case "float32", int():
            return f"{value:08x}"
        case "float64", int():
            return f"{value:016x}"
        case _, bytes():
            return value.decode("utf-8", "replace")
        case "bool", _:
            return str(value).lower()
    return str(value)


def attempt(read: object, *arguments: object) -> object:
    try:
        return read(*arguments)  # type: ignore[operator]
    except FrameError as error:
        return {"error": str(error)}


def answer(golden: dict[str, str]) -> dict[str, object]:
    frame = Frame.from_bytes(base64.b64decode(golden["arrow"]))
    written = frame.to_bytes()
    return {
        "arrow": describe(frame),
        "again": describe(Frame.from_bytes(written)),
        "bytes": base64.b64encode(written).decode(),
        "table": describe(Frame.from_arrow(frame.to_arrow())),
        "text": frame.to_json(),
        "json": attempt(lambda: describe(Frame.from_json(golden["json"]))),
        # Labels, config and meta have no place in those.
        "pandas": [each["values"] for each in fields_of(Frame.from_pandas(frame.to_pandas()))],
        "polars": [each["values"] for each in fields_of(Frame.from_polars(frame.to_polars()))],
    }


def fields_of(frame: Frame) -> list[dict[str, object]]:
    fields = describe(frame)["fields"]
    assert isinstance(fields, list)
    return fields


for line in sys.stdin:
    print(json.dumps(answer(json.loads(line))), flush=True)
