"""Writes Arrow files and streams of pyarrow, polars and DuckDB, and what is in them, into the folder of this program."""

import base64
import datetime
import decimal
import json
import pathlib

import duckdb
import polars as pl
import pyarrow as pa
import pyarrow.ipc

folder = pathlib.Path(__file__).parent
D = decimal.Decimal


def iso(value):
    """An instant as ISO 8601 without needless digits."""
    text = value.strftime("%Y-%m-%dT%H:%M:%S")
    fraction = f"{value.microsecond:06}".rstrip("0")
    return f"{text}{'.' + fraction if fraction else ''}Z"


def nested(value, kind):
    """A value within another one, as JSON has it."""
    if value is None:
        return None
    if pa.types.is_dictionary(kind):
        return nested(value, kind.value_type)
    if pa.types.is_map(kind):
        return {str(key): nested(each, kind.item_type) for key, each in value}
    if pa.types.is_struct(kind):
        return {field.name: nested(value[field.name], field.type) for field in kind}
    if pa.types.is_nested(kind) and not pa.types.is_union(kind):
        return [nested(each, kind.value_type) for each in value]
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if isinstance(value, datetime.datetime):
        return iso(value)
    if isinstance(value, (datetime.date, datetime.time, decimal.Decimal)):
        return str(value)
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) > 2**53 - 1:
        return str(value)
    return value


def integers(column):
    return [None if each is None else str(each) for each in column.cast(pa.int64()).to_pylist()]


def time_of_day(text, unit):
    """Nanoseconds as a clock with the digits of the unit."""
    seconds, rest = divmod(int(text), {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}[unit])
    clock = f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"
    digits = {"s": 0, "ms": 3, "us": 6, "ns": 9}[unit]
    return clock if digits == 0 else f"{clock}.{rest:0{digits}}"


def interval(value):
    if value is None:
        return None
    months, days, ns = value
    text = "P" + (f"{months}M" if months else "") + (f"{days}D" if days else "")
    if ns:
        whole, rest = divmod(abs(ns), 10**9)
        fraction = f"{rest:09}".rstrip("0")
        text += f"T{'-' if ns < 0 else ''}{whole}{'.' + fraction if fraction else ''}S"
    return text


def expect(column):
    """The kind of a column after the default conversions, and its values: integers beyond 53 bits and times as decimals."""
    kind = column.type
    types = pa.types
    if types.is_dictionary(kind):
        return expect(pa.chunked_array([pa.array(column.to_pylist(), kind.value_type)]))
    values = column.to_pylist() if not (types.is_timestamp(kind) or types.is_duration(kind) or types.is_time(kind)) else None
    if types.is_null(kind):
        return "string", [None] * len(column)
    if types.is_timestamp(kind):
        return "time", integers(column.cast(pa.timestamp("ns", kind.tz)))
    if types.is_duration(kind):
        return "int64", integers(column)
    if types.is_date(kind):
        return "time", integers(column.cast(pa.timestamp("ns")))
    if types.is_time(kind):
        raw = integers(column.cast(pa.int32()) if kind.bit_width == 32 else column)
        return "string", [None if each is None else time_of_day(each, kind.unit) for each in raw]
    if kind == pa.month_day_nano_interval():
        return "string", [interval(each) for each in values]
    if types.is_decimal(kind):
        return "float64", [None if each is None else float(each) for each in values]
    if types.is_float16(kind):
        return "float32", [None if each is None else float(each) for each in values]
    if types.is_floating(kind):
        return ("float32" if kind.bit_width == 32 else "float64"), ["-Infinity" if each == float("-inf") else each for each in values]
    if types.is_integer(kind):
        name = str(kind)
        return name, [None if each is None else str(each) for each in values] if kind.bit_width == 64 else values
    if types.is_boolean(kind):
        return "bool", values
    if types.is_string(kind) or types.is_large_string(kind) or types.is_string_view(kind):
        return "string", values
    if isinstance(kind, pa.BaseExtensionType):
        return expect(column.cast(kind.storage_type))
    if any(isinstance(each, bytes) for each in values):
        return "string", [None if each is None else base64.b64encode(each).decode() for each in values]
    return "json", [nested(each, kind) for each in values]


contents = {}


def describe(name, table):
    fields = []
    for i, field in enumerate(table.schema):
        kind, values = expect(pa.chunked_array(table.column(i).chunks, field.type))
        fields.append({"name": field.name, "type": str(field.type), "kind": kind, "values": values})
    contents[name] = fields


def write(name, table, compression=None, rows=3):
    options = pyarrow.ipc.IpcWriteOptions(compression=compression)
    with pyarrow.ipc.new_file(str(folder / f"{name}.arrow"), table.schema, options=options) as writer:
        writer.write_table(table, max_chunksize=rows)
    with pyarrow.ipc.new_stream(str(folder / f"{name}.arrows"), table.schema, options=options) as writer:
        writer.write_table(table, max_chunksize=rows)
    describe(f"{name}.arrow", table)
    describe(f"{name}.arrows", table)


numbers = [1_700_000_000_123_456_789, None, -1_123_456_789, 0, 1]


def at(unit):
    size = {"s": 10**9, "ms": 10**6, "us": 10**3, "ns": 1}[unit]
    return [None if each is None else each // size for each in numbers]


write(
    "pyarrow-times",
    pa.table(
        {f"timestamp {unit} {zone}": pa.array(at(unit), pa.timestamp(unit, zone)) for unit in ("s", "ms", "us", "ns") for zone in (None, "UTC", "Europe/Berlin")}
        | {f"duration {unit}": pa.array(at(unit), pa.duration(unit)) for unit in ("s", "ms", "us", "ns")}
        | {
            "date32": pa.array([20454, None, -1, 0, 1], pa.date32()),
            "date64": pa.array([20454 * 86400000, None, -86400000, 0, 86400000], pa.date64()),
            "time32 s": pa.array([45296, None, 0, 1, 86399], pa.time32("s")),
            "time32 ms": pa.array([45296789, None, 0, 1, 86399999], pa.time32("ms")),
            "time64 us": pa.array([45296789012, None, 0, 1, 86399999999], pa.time64("us")),
            "time64 ns": pa.array([45296789012345, None, 0, 1, 86399999999999], pa.time64("ns")),
            "interval": pa.array([(1, 2, 3_500_000_000), None, (0, 0, -1), (14, -2, 0), (1, 0, 0)], pa.month_day_nano_interval()),
        }
    ),
)

write(
    "pyarrow-numbers",
    pa.table(
        {
            "half": pa.array([1.5, None, -2.25, 65504.0, 5.960464477539063e-08], pa.float32()).cast(pa.float16()),
            "decimal32": pa.array([D("1.5"), None, D("-12345.67"), D("0"), D("99999.99")], pa.decimal32(7, 2)),
            "decimal64": pa.array([D("1.5"), None, D("-1.250"), D("0"), D("999999999999.999")], pa.decimal64(15, 3)),
            "decimal128": pa.array([D("1.5"), None, D("-1.25"), D("0"), D("123456789.01")], pa.decimal128(38, 2)),
            "decimal128 whole": pa.array([D("15"), None, D("-1"), D("0"), D("1200")], pa.decimal128(20, 0)),
            "decimal256": pa.array([D("1.5"), None, D("-1.25"), D("0"), D("1e20")], pa.decimal256(60, 5)),
            "null": pa.nulls(5),
            "bool": pa.array([True, None, False, True, True]),
            "uint64": pa.array([2**64 - 1, None, 0, 1, 2], pa.uint64()).cast(pa.uint64()),
            "int64": pa.array([2**63 - 1, None, -(2**63), 1, 2], pa.int64()),
        }
    ),
)

texts = ["a", None, "zwölf und mehr als zwölf", "", "🙂"]
bytes_ = [b"\x00\xff", None, b"ab", b"more than twelve bytes", b"{}"]
write(
    "pyarrow-texts",
    pa.table(
        {
            "string": pa.array(texts),
            "large": pa.array(texts, pa.large_string()),
            "view": pa.array(texts, pa.string_view()),
            "binary": pa.array(bytes_, pa.binary()),
            "large binary": pa.array(bytes_, pa.large_binary()),
            "binary view": pa.array(bytes_, pa.binary_view()),
            "fixed": pa.array([b"ab", None, b"cd", b"ef", b"gh"], pa.binary(2)),
            "dictionary": pa.array(texts).dictionary_encode(),
            "dictionary int8": pa.DictionaryArray.from_arrays(pa.array([1, None, 0, 1, 0], pa.int8()), pa.array(["x", "y"])),
            "dictionary of large": pa.DictionaryArray.from_arrays(pa.array([1, None, 0, 1, 0], pa.uint32()), pa.array(["x", "y"], pa.large_string())),
            "dictionary of numbers": pa.DictionaryArray.from_arrays(pa.array([1, None, 0, 1, 0], pa.int16()), pa.array([10, 20])),
            "dictionary of dates": pa.DictionaryArray.from_arrays(pa.array([1, None, 0, 1, 0], pa.int16()), pa.array([10, 20], pa.date32())),
        }
    ),
)

union_values = [pa.array([1, 2, 3, 4, 5]), pa.array(["a", "b", "c", "d", "e"])]
write(
    "pyarrow-nested",
    pa.table(
        {
            "list": pa.array([[1, None], None, [], [2**60], [3]], pa.list_(pa.int64())),
            "large list": pa.array([["a"], None, [], ["b", None], ["c"]], pa.large_list(pa.string())),
            "fixed list": pa.array([[1, 2], None, [3, None], [5, 6], [7, 8]], pa.list_(pa.float64(), 2)),
            "list of lists": pa.array([[[1], []], None, [], [None], [[2, 3]]]),
            "struct": pa.array(
                [{"a": 1, "b": {"c": "x", "d": None}}, None, {"a": None, "b": None}, {"a": 2, "b": {"c": "y", "d": True}}, {"a": 3, "b": {"c": None, "d": False}}],
                pa.struct([("a", pa.int32()), ("b", pa.struct([("c", pa.string()), ("d", pa.bool_())]))]),
            ),
            "list of structs": pa.array([[{"a": 1}], None, [], [{"a": None}, None], [{"a": 2}]], pa.list_(pa.struct([("a", pa.int8())]))),
            "map": pa.array([[("k", 1), ("l", None)], None, [], [("m", 2)], [("n", 3)]], pa.map_(pa.string(), pa.int64())),
            "sparse union": pa.UnionArray.from_sparse(pa.array([0, 1, 0, 1, 0], pa.int8()), union_values),
            "dense union": pa.UnionArray.from_dense(pa.array([0, 1, 0, 1, 0], pa.int8()), pa.array([0, 0, 1, 1, 2], pa.int32()), union_values),
            "list of times": pa.array([[datetime.datetime(2026, 1, 2, 3, 4, 5, 600000)], None, [], [None], [datetime.datetime(1969, 12, 31)]], pa.list_(pa.timestamp("us"))),
            "list of dates": pa.array([[datetime.date(2026, 1, 2)], None, [], [None], [datetime.date(1969, 12, 31)]]),
            "list of decimals": pa.array([[D("1.50")], None, [], [None], [D("-0.05")]], pa.list_(pa.decimal128(10, 2))),
            "list of bytes": pa.array([[b"\xff"], None, [], [None], [b"ab"]]),
            "list of dictionary": pa.array([["x"], None, [], ["y", None], ["x"]], pa.list_(pa.dictionary(pa.int8(), pa.string()))),
        }
    ),
)

many = pa.table({"number": pa.array([i % 7 for i in range(3000)], pa.float64()), "text": pa.array([None if i % 5 == 3 else f"row {i % 100}" for i in range(3000)])})
write("pyarrow-lz4", many, "lz4", 2000)
write("pyarrow-zstd", many, "zstd", 2000)
write("pyarrow-no-rows", many.slice(0, 0))
write("pyarrow-sliced", pa.table({"bool": pa.array([True, None, False, True, False] * 4), "text": pa.array(texts * 4)}).slice(3, 13), rows=20)
write("pyarrow-same-names", pa.table([pa.array([1, 2]), pa.array(["a", "b"]), pa.array([True, None])], names=["value", "value", "value"]))

# A dictionary that grows from batch to batch.
field = pa.field("grows", pa.dictionary(pa.int8(), pa.string()))
parts = [pa.record_batch([pa.DictionaryArray.from_arrays(pa.array(rows, pa.int8()), pa.array(values))], schema=pa.schema([field])) for rows, values in (([0, 1], ["a", "b"]), ([2, None, 0], ["a", "b", "c"]))]
with pyarrow.ipc.new_stream(str(folder / "pyarrow-delta.arrows"), parts[0].schema, options=pyarrow.ipc.IpcWriteOptions(emit_dictionary_deltas=True)) as writer:
    for part in parts:
        writer.write_batch(part)
contents["pyarrow-delta.arrows"] = [{"name": "grows", "type": str(field.type), "kind": "string", "values": ["a", "b", "c", None, "a"]}]

run_end = pa.table({"ok": pa.array([1, 2]), "odd": pa.RunEndEncodedArray.from_arrays(pa.array([2], pa.int32()), pa.array([1]))})
with pyarrow.ipc.new_file(str(folder / "unsupported-run-end-encoded.arrow"), run_end.schema) as writer:
    writer.write_table(run_end)
views = pa.table({"odd": pa.array([[1], []], pa.list_view(pa.int64()))})
with pyarrow.ipc.new_file(str(folder / "unsupported-list-view.arrow"), views.schema) as writer:
    writer.write_table(views)

frame = pl.DataFrame(
    {
        "time": [datetime.datetime(2026, 1, 2, 3, 4, 5, 678901), None, datetime.datetime(1969, 12, 31)],
        "date": [datetime.date(2026, 1, 2), None, datetime.date(1969, 12, 31)],
        "clock": [datetime.time(12, 34, 56, 789000), None, datetime.time(0)],
        "duration": [datetime.timedelta(seconds=1, microseconds=5), None, datetime.timedelta(days=-1)],
        "text": ["a", None, "longer than twelve bytes"],
        "number": [1.5, None, float("-inf")],
        "count": [1, None, 2**62],
        "flag": [True, None, False],
        "list": [[1, None], None, []],
        "bytes": [b"\xff", None, b"longer than twelve bytes"],
    }
).with_columns(
    pl.Series("category", ["x", None, "y"], pl.Categorical),
    pl.Series("enum", ["low", None, "high"], pl.Enum(["low", "high"])),
    pl.Series("decimal", [D("1.50"), None, D("-2.25")], pl.Decimal(12, 2)),
    pl.struct(a=pl.lit(1, pl.Int8), b=pl.col("text")).alias("struct"),
    pl.col("time").dt.replace_time_zone("UTC").dt.convert_time_zone("Asia/Tokyo").alias("zoned"),
)
for compression in ("uncompressed", "lz4", "zstd"):
    frame.write_ipc(folder / f"polars-{compression}.arrow", compression=compression)
    frame.write_ipc_stream(folder / f"polars-{compression}.arrows", compression=compression)
    describe(f"polars-{compression}.arrow", pyarrow.ipc.open_file(str(folder / f"polars-{compression}.arrow")).read_all())
    describe(f"polars-{compression}.arrows", pyarrow.ipc.open_stream(str(folder / f"polars-{compression}.arrows")).read_all())

reader = duckdb.connect().execute(
    """
    select * from (values
      (1::tinyint, 2::ubigint, 170141183460469231731687303715884105727::hugeint, 1.5::decimal(9, 2), 2.5::float, 'a', true, date '2026-01-02',
       time '12:34:56.789', timestamp '2026-01-02 03:04:05.678', timestamp_s '2026-01-02 03:04:05', timestamptz '2026-01-02 03:04:05+09',
       interval '1 month 2 days 3 seconds', [1, 2], {'a': 1, 'b': 'x'}, map {'k': 1}, '\\xFF\\x00'::blob, 'low'::enum('low', 'high')),
      (null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null)
    ) t(tiny, ubig, huge, dec, f, txt, flag, d, clock, ts, ts_s, tz, iv, list, struct, map, blob, level)
    """
)
answer = reader.to_arrow_table() if hasattr(reader, "to_arrow_table") else reader.fetch_arrow_table()
write("duckdb", answer)

with open(folder / "contents.json", "w", encoding="utf-8") as file:
    json.dump(contents, file, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    file.write("\n")
