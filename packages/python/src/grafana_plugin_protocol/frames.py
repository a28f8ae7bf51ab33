"""Data frames: from and to pyarrow tables, pandas and polars data frames, and the bytes that Grafana reads.

Needs the extra ``frames`` (pyarrow), and ``pandas`` or ``polars`` for those. A frame is a list of columns ("fields"), each with
a name, a kind, labels and a config. Names may repeat: series of one metric are told apart by their labels.
"""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain, count
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc

from ._frame_json import JsonPart, format_frame_json, parse_frame_json
from ._frame_kinds import TYPES, FrontendType, Json, arrow_type, kind_of

if TYPE_CHECKING:
    import pandas
    import polars

Labels = Mapping[str, str]


class FrameError(ValueError):
    """What cannot be a frame, or is none."""


@dataclass(frozen=True)
class Field:
    """A column. :func:`make_field` converts values for it."""

    name: str
    #: Of a type that frames have: see :func:`make_field`.
    values: pa.Array
    #: What tells fields of one name apart; ``None`` and ``{}`` are different on the wire, and alike for Grafana.
    labels: Labels | None = None
    #: How Grafana shows the values: unit, displayName, ... as in the JSON of the wire.
    config: Json | None = None
    #: Whether values may be null. A field without must have none.
    nullable: bool = True
    #: Unsigned numbers that are indexes into the texts of ``config["type"]["enum"]``.
    is_enum: bool = False

    @property
    def kind(self) -> str:
        """int8 to int64, uint8 to uint64, float32, float64, string, bool, time, json or enum."""
        return "enum" if self.is_enum else kind_of(self.values.type)

    @property
    def frontend_type(self) -> FrontendType:
        return TYPES[self.kind].frontend_type


@dataclass(frozen=True)
class Frame:
    """Columns of equal length."""

    fields: Sequence[Field] = ()
    name: str = ""
    #: The query that it answers; an empty one is filled by the host's side.
    ref_id: str = ""
    #: What Grafana may know about the frame: type, notices, preferredVisualisationType, ... as in the JSON of the wire.
    meta: Json | None = None

    def __post_init__(self) -> None:
        lengths = {len(each.values) for each in self.fields}
        if len(lengths) > 1:
            seen = ", ".join(f'"{each.name}" has {len(each.values)}' for each in self.fields)
            raise FrameError(f"expected fields of one length, got: {seen}")
        for each in self.fields:
            if not each.nullable and each.values.null_count > 0:
                raise FrameError(f'field "{each.name}" has a null: make it nullable')

    def __len__(self) -> int:
        """The number of rows."""
        return len(self.fields[0].values) if self.fields else 0

    @classmethod
    def from_arrow(
        cls,
        table: pa.Table | pa.RecordBatch,
        *,
        name: str | None = None,
        ref_id: str | None = None,
        meta: Json | None = None,
        labels: Mapping[str, Labels] | None = None,
        config: Mapping[str, Json] | None = None,
    ) -> "Frame":
        """The frame of a table. Labels and config are by column; without them those of :meth:`to_arrow` are kept.

        Raises FrameError for types that frames do not have: see :func:`make_field`.
        """
        own = _texts(table.schema.metadata)
        fields = []
        for index, column in enumerate(table.schema):
            known = _texts(column.metadata)
            made = make_field(column.name, table.column(index), labels=(labels or {}).get(column.name), config=(config or {}).get(column.name))
            is_of_frame = "tstype" in known
            fields.append(
                replace(
                    made,
                    # pyarrow calls every column nullable, unless it was a frame before.
                    nullable=column.nullable if is_of_frame else made.nullable,
                    is_enum=known.get("tstype") == "enum" and made.kind == "uint16",
                    labels=_loads(known, "labels") if made.labels is None else made.labels,
                    config=_loads(known, "config") if made.config is None else made.config,
                )
            )
        return cls(
            fields,
            own.get("name", "") if name is None else name,
            own.get("refId", "") if ref_id is None else ref_id,
            _loads(own, "meta") if meta is None else meta,
        )

    @classmethod
    def from_pandas(cls, data: "pandas.DataFrame", **options: Any) -> "Frame":
        """The frame of a pandas data frame; options as :meth:`from_arrow`. An index of times is the first field; others are left out.

        NaN and NaT are missing values there, and null here.
        """
        named = [(str(data.columns[index]), data.iloc[:, index]) for index in range(data.shape[1])]
        if type(data.index).__name__ == "DatetimeIndex":
            named.insert(0, (str(data.index.name or "time"), data.index.to_series()))
        return cls._from_columns(named, options)

    @classmethod
    def from_polars(cls, data: "polars.DataFrame", **options: Any) -> "Frame":
        """The frame of a polars data frame; options as :meth:`from_arrow`."""
        # Without its name: polars ends the process's thread over a name with a NUL.
        return cls._from_columns(((column.name, column.alias("").to_arrow()) for column in data), options)

    @classmethod
    def _from_columns(cls, columns: Iterable[tuple[str, Any]], options: Mapping[str, Any]) -> "Frame":
        fields = [
            make_field(name, values, labels=(options.get("labels") or {}).get(name), config=(options.get("config") or {}).get(name))
            for name, values in columns
        ]
        return cls(fields, options.get("name") or "", options.get("ref_id") or "", options.get("meta"))

    @classmethod
    def from_bytes(cls, data: bytes) -> "Frame":
        """Reads ``DataResponse.frames``: Arrow, or frame JSON. Raises FrameError for anything else, and for what is damaged."""
        if data[:1] == b"{":
            return cls.from_json(data)
        try:
            table = pa.ipc.open_file(pa.BufferReader(data)).read_all()
            for column in table.columns:
                # As bytes: what is not UTF-8 is no reason to refuse a frame, but its offsets have to be right.
                (column.cast(pa.binary()) if pa.types.is_string(column.type) else column).validate(full=True)
            return cls.from_arrow(table)
        except (pa.ArrowException, OSError, json.JSONDecodeError) as error:
            raise FrameError(f"expected an Arrow file or frame JSON with a frame: {error}") from error

    @classmethod
    def from_json(cls, text: str | bytes) -> "Frame":
        """Reads frame JSON, as in packets of streams. Raises FrameError."""
        try:
            parsed = parse_frame_json(text)
            fields = [
                Field(each.name, pa.array(each.values, each.type), each.labels, each.config, each.nullable, each.kind == "enum")
                for each in parsed.fields
            ]
        except (ValueError, KeyError, TypeError, AttributeError, OverflowError, pa.ArrowException) as error:
            raise FrameError(f"expected frame JSON with schema and data: {error!r}") from error
        return cls(fields, parsed.name, parsed.ref_id, parsed.meta)

    def to_arrow(self) -> pa.Table:
        """A table, with labels, config and meta in the metadata of its schema, as on the wire."""
        own = {"name": self.name, "refId": self.ref_id, **_dumps("meta", self.meta)}
        fields = []
        for each in self.fields:
            metadata = {"tstype": each.frontend_type, **_dumps("labels", _sorted(each.labels)), **_dumps("config", each.config)}
            fields.append(pa.field(each.name, each.values.type, each.nullable, metadata))
        return pa.Table.from_arrays([each.values for each in self.fields], schema=pa.schema(fields, own))

    def to_bytes(self, format: int = 0, part: JsonPart = "all") -> bytes:
        """What ``DataResponse.frames`` takes, in the format that the request asks for (``DataFrameFormat``): Arrow is 0, JSON is 1.

        ``part`` is of JSON, where later chunks of a frame have no schema. In Arrow each chunk is a whole file.
        """
        if format == 1:
            return self.to_json(part).encode()
        table = self.to_arrow()
        sink = pa.BufferOutputStream()
        with pa.ipc.new_file(sink, table.schema) as writer:
            if table.num_rows > 0:
                writer.write_batch(table.combine_chunks().to_batches()[0])
        return bytes(sink.getvalue())

    def to_json(self, part: JsonPart = "all") -> str:
        """Frame JSON, as packets of streams carry it. Later packets of a stream may have the data only."""
        return format_frame_json(self, part)

    def to_pandas(self) -> "pandas.DataFrame":
        """A pandas data frame. Its columns are Arrow's own, so that no integer, time or null changes. Repeated names get their labels."""
        import pandas

        return self._uniquely_named().to_pandas(types_mapper=pandas.ArrowDtype)

    def to_polars(self) -> "polars.DataFrame":
        """A polars data frame. Repeated names get their labels, as in ``value {host=a}``."""
        import polars

        data = polars.from_arrow(self._uniquely_named())
        assert isinstance(data, polars.DataFrame)
        return data

    def _uniquely_named(self) -> pa.Table:
        own = Counter(each.name for each in self.fields)
        # The names that are left as they are come first.
        taken = {name for name, times in own.items() if times == 1}
        names = [each.name if own[each.name] == 1 else _free_name(each, taken) for each in self.fields]
        return self.to_arrow().replace_schema_metadata(None).rename_columns(names)


def _free_name(field: Field, taken: set[str]) -> str:
    """A name of its own for a field whose name is not: with its labels, and a number if those are no help."""
    labels = ", ".join(f"{key}={value}" for key, value in sorted((field.labels or {}).items()))
    first = f"{field.name} {{{labels}}}" if labels else field.name
    name = next(name for name in chain([first], (f"{first} {number}" for number in count(2))) if name not in taken)
    taken.add(name)
    return name


def make_field(
    name: str,
    values: Any,
    kind: str | None = None,
    *,
    labels: Labels | None = None,
    config: Json | None = None,
    nullable: bool | None = None,
) -> Field:
    """A field of a list, a numpy array, a column of pandas or polars, or a pyarrow array.

    Without a kind it is that of the values: times of any unit and dates become nanoseconds, decimals float64, categories and
    other forms of text string, lists, maps and structs JSON, and nothing but nulls float64.

    :param kind: one of :attr:`Field.kind`. JSON takes any value that ``json.dumps`` takes
    :param nullable: default whether there is a null. A frame that is sent in parts needs the same in each
    :raises FrameError: a type that frames do not have, or values beyond that of the kind
    """
    try:
        if kind == "json" and not isinstance(values, (pa.Array, pa.ChunkedArray)):
            values = pa.array([None if value is None else _json_bytes(value) for value in values], pa.binary())
        wanted = None if kind is None else arrow_type(kind)
        array = values if isinstance(values, (pa.Array, pa.ChunkedArray)) else _array(values, wanted)
        if isinstance(array, pa.ChunkedArray):
            array = array.combine_chunks()
            if isinstance(array, pa.ChunkedArray):  # One without chunks.
                array = pa.concat_arrays(array.chunks) if array.num_chunks else pa.array([], array.type)
        array = _of_frame_type(array)
        if wanted is not None and array.type != wanted:
            array = array.cast(wanted)
    except (pa.ArrowException, ValueError, TypeError, OverflowError) as error:
        raise FrameError(f'field "{name}": {error}') from error
    return Field(name, array, labels, config, array.null_count > 0 if nullable is None else nullable, kind == "enum")


def _array(values: Any, wanted: pa.DataType | None) -> pa.Array:
    """Numbers as times are milliseconds, as everywhere in Grafana."""
    array = pa.array(values, from_pandas=True)
    if wanted == pa.timestamp("ns") and pa.types.is_integer(array.type):
        return pc.multiply_checked(array.cast(pa.int64()), 1_000_000).cast(wanted)
    return array if wanted is None or pa.types.is_timestamp(array.type) else array.cast(wanted)


def _of_frame_type(array: pa.Array) -> pa.Array:
    """The array in a type that frames have."""
    kind, types = array.type, pa.types
    for is_it, convert in _CONVERSIONS:
        if is_it(kind):
            return convert(array)
    if types.is_dictionary(kind):
        return _of_frame_type(array.dictionary_decode())
    if types.is_nested(kind):
        return pa.array([None if value is None else _json_bytes(value) for value in array.to_pylist()], pa.binary())
    kind_of(kind)
    return array


def _json_bytes(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"), default=str).encode()


def _to_time(array: pa.Array) -> pa.Array:
    """Frames have instants without a zone."""
    unit = array.type.unit if pa.types.is_timestamp(array.type) else "ms"
    zone = array.type.tz if pa.types.is_timestamp(array.type) else None
    plain = array.view(pa.int64()).view(pa.timestamp(unit)) if zone else array.cast(pa.timestamp(unit))
    return plain.cast(pa.timestamp("ns"))


_CONVERSIONS: Sequence[tuple[Callable[[pa.DataType], bool], Callable[[pa.Array], pa.Array]]] = [
    (lambda kind: pa.types.is_timestamp(kind) or pa.types.is_date(kind), _to_time),
    (lambda kind: pa.types.is_large_string(kind) or pa.types.is_string_view(kind), lambda array: array.cast(pa.string())),
    (lambda kind: pa.types.is_large_binary(kind) or pa.types.is_binary_view(kind), lambda array: array.cast(pa.binary())),
    (lambda kind: pa.types.is_float16(kind), lambda array: array.cast(pa.float32())),
    (lambda kind: pa.types.is_decimal(kind) or pa.types.is_null(kind), lambda array: array.cast(pa.float64())),
]


def _texts(metadata: Mapping[bytes, bytes] | None) -> dict[str, str]:
    return {key.decode("utf-8", "replace"): value.decode("utf-8", "replace") for key, value in (metadata or {}).items()}


def _loads(metadata: Mapping[str, str], key: str) -> Any:
    return json.loads(metadata[key]) if key in metadata else None


def _sorted(labels: Labels | None) -> Labels | None:
    return None if labels is None else dict(sorted(labels.items(), key=lambda item: item[0].encode()))


def _dumps(key: str, value: Mapping[str, Any] | None) -> dict[str, str]:
    return {} if value is None else {key: json.dumps(value, ensure_ascii=False, separators=(",", ":"))}
