"""Writes Arrow files that no Go plugin writes, into the folder of this program: see ../README.md."""

import decimal
import pathlib

import pyarrow as pa
import pyarrow.ipc

folder = pathlib.Path(__file__).parent


def write(name, columns, compression=None):
    table = pa.table(columns)
    options = pyarrow.ipc.IpcWriteOptions(compression=compression)
    with pyarrow.ipc.new_file(str(folder / f"{name}.arrow"), table.schema, options=options) as writer:
        writer.write_table(table, max_chunksize=12_000)


ROWS = 20_000
large = {
    "number": pa.array([float(i % 7) for i in range(ROWS)]),
    "text": pa.array([None if i % 5 == 3 else f"row {i % 100}" for i in range(ROWS)], pa.large_string()),
}
write("many-blocks-lz4", large, "lz4")
write("many-blocks-zstd", large, "zstd")
write("large-text", {"text": pa.array(["a", None, "zwölf", ""], pa.large_string())})
write("large-text-no-rows", {"text": pa.array([], pa.large_string())})

ok = pa.array([1, 2])
unsupported = {
    "null": pa.nulls(2),
    "half": pa.array([1.0, 2.0]).cast(pa.float16()),
    "decimal": pa.array([decimal.Decimal("1.5"), None]),
    "date": pa.array([1, 2], pa.date32()),
    "time": pa.array([1, 2], pa.time64("us")),
    "duration": pa.array([1, 2], pa.duration("ms")),
    "interval": pa.array([(1, 2, 3), None], pa.month_day_nano_interval()),
    "dictionary": pa.array(["a", "b"]).dictionary_encode(),
    "list": pa.array([[1], []]),
    "list-of-struct": pa.array([[{"a": 1}], []]),
    "large-list": pa.array([[1], []], pa.large_list(pa.int64())),
    "fixed-size-list": pa.array([[1, 2], None], pa.list_(pa.int64(), 2)),
    "list-view": pa.array([[1], []], pa.list_view(pa.int64())),
    "struct": pa.array([{"a": 1, "b": "x"}, None]),
    "struct-of-dictionary": pa.StructArray.from_arrays([pa.array(["a", "b"]).dictionary_encode()], ["a"]),
    "map": pa.array([[("k", 1)], []], pa.map_(pa.string(), pa.int64())),
    "union": pa.UnionArray.from_sparse(pa.array([0, 1], pa.int8()), [pa.array([1, 2]), pa.array(["a", "b"])]),
    "fixed-size-binary": pa.array([b"ab", b"cd"], pa.binary(2)),
    "large-binary": pa.array([b"1", b"2"], pa.large_binary()),
    "binary-view": pa.array([b"1", b"2"], pa.binary_view()),
    "run-end-encoded": pa.RunEndEncodedArray.from_arrays(pa.array([2], pa.int32()), pa.array([1])),
}
for name, column in unsupported.items():
    write(f"unsupported-{name}", {"ok": ok, "odd": column})
