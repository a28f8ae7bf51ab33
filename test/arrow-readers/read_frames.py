"""Reads Arrow files with one reader and prints what it finds, a line of JSON for each path on stdin.

    python read_frames.py pyarrow|arro3|polars|duckdb

A value is what test/frames/describe.ts makes of it: null, or a text that has every bit of it. A reader that cannot open a file
answers with an error. One that aborts the process leaves its line out; the caller starts the next process.
"""

import json
import struct
import sys

import pyarrow as pa
import pyarrow.ipc


def main():
    read = READERS[sys.argv[1]]
    for line in sys.stdin:
        try:
            answer = read(line.rstrip("\n"))
        except BaseException as error:  # a panic of Rust is no Exception
            answer = {"error": type(error).__name__, "text": str(error)[:300]}
        print(json.dumps(answer), flush=True)


def read_pyarrow(path):
    return describe_table(pyarrow.ipc.open_file(path).read_all())


def read_arro3(path):
    import arro3.io

    return describe_table(pa.table(arro3.io.read_ipc(path).read_all()))


def describe_table(table):
    table.validate(full=True)
    return {
        "metadata": describe_metadata(table.schema.metadata),
        "fields": [
            {
                "name": field.name,
                "type": str(field.type),
                "nullable": field.nullable,
                "metadata": describe_metadata(field.metadata),
                "values": describe_column(field.type, table.column(i)),
            }
            for i, field in enumerate(table.schema)
        ],
    }


def describe_metadata(metadata):
    return {key.decode(): value.decode() for key, value in (metadata or {}).items()}


def describe_column(type, column):
    if pa.types.is_timestamp(type):
        column = column.cast(pa.int64())
    return describe_values(column.to_pylist(), pa.types.is_float32(type))


def read_polars(path):
    import polars

    frame = polars.read_ipc(path)
    return {
        "fields": [
            {
                "name": series.name,
                "type": str(series.dtype),
                "values": describe_values(
                    (series.to_physical() if series.dtype.is_temporal() else series).to_list(),
                    series.dtype == polars.Float32,
                ),
            }
            for series in frame
        ]
    }


def read_duckdb(path):
    """Takes the columns from pyarrow: DuckDB's own reader of files is not on PyPI. Names that repeat are no matter here."""
    import duckdb

    table = pyarrow.ipc.open_file(path).read_all()
    names = table.schema.names
    if len(names) == 0:
        return {"fields": []}
    relation = duckdb.from_arrow(table.rename_columns([f"c{i}" for i in range(len(names))]))
    columns = [
        f"epoch_ns({name})" if str(type) == "TIMESTAMP_NS" else name
        for name, type in zip(relation.columns, relation.types)
    ]
    rows = relation.project(", ".join(columns)).fetchall()
    return {
        "fields": [
            {
                "name": name,
                "type": str(type),
                "values": describe_values([row[i] for row in rows], str(type) == "FLOAT"),
            }
            for i, (name, type) in enumerate(zip(names, relation.types))
        ]
    }


def describe_values(values, is_float32):
    return [describe_value(value, is_float32) for value in values]


def describe_value(value, is_float32):
    match value:
        case None:
            return None
        case bool():
            return str(value).lower()
        case float():
            # Not a number has many forms, which Python does not keep.
            return "NaN" if value != value else struct.pack(">f" if is_float32 else ">d", value).hex()
        case bytes():
            return value.decode("utf-8", "replace")
        case _:
            return str(value)


READERS = {"pyarrow": read_pyarrow, "arro3": read_arro3, "polars": read_polars, "duckdb": read_duckdb}

main()
