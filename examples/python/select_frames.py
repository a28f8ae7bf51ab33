"""Frames for select statements."""

import itertools
import json
import sqlite3
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from grafana_plugin_protocol.frames import Field, Frame, FrameError, make_field
from grafana_plugin_protocol.queries import QueryError
from weather_database import COLUMNS

_ROWS_PER_FRAME = 1024
Row = tuple[object, ...]


class Query(NamedTuple):
    """``{"rawSql": "select ...", "format": "time_series"}``; without a format it is ``table``."""

    sql: str
    format: str
    #: Milliseconds since 1970, for ``:from`` and ``:to`` in the SQL.
    start: int
    end: int


def parse_query(text: str | bytes, start: int, end: int) -> Query:
    try:
        model = json.loads(text or "{}")
    except ValueError as error:
        raise QueryError(f"expected JSON in the query: {error}") from error
    fields = model if isinstance(model, dict) else {}
    sql, form = fields.get("rawSql"), fields.get("format", "table")
    if not isinstance(sql, str):
        raise QueryError('expected "rawSql" with a select statement in the query')
    if form not in ("table", "time_series"):
        raise QueryError(f'format must be "table" or "time_series", got {json.dumps(form)}')
    return Query(sql, form, start, end)


def select_frame(database: sqlite3.Connection, query: Query) -> Frame:
    """The rows as a frame. As a time series it is wide: a field for each text in the result, with the text as a label."""
    names, rows = _execute(database, query)
    frame = _to_frame(names, list(rows))
    is_ready = query.format == "table" or len(frame) == 0
    return frame if is_ready else _to_wide(frame)


def select_frames(database: sqlite3.Connection, query: Query) -> Iterator[Frame]:
    """The same rows in batches, always as a table."""
    names, rows = _execute(database, query)
    is_first = True
    for batch in itertools.batched(rows, _ROWS_PER_FRAME) if hasattr(itertools, "batched") else _batched(rows):
        yield _to_frame(names, batch)
        is_first = False
    if is_first:
        yield _to_frame(names, [])


def _execute(database: sqlite3.Connection, query: Query) -> tuple[list[str], Iterator[Row]]:
    try:
        cursor = database.execute(query.sql, {"from": query.start, "to": query.end})
    except (sqlite3.Error, sqlite3.Warning) as error:
        raise QueryError(str(error)) from error
    if cursor.description is None:
        raise QueryError("expected a select statement, got no columns")
    return [name for name, *_ in cursor.description], cursor


def _batched(rows: Iterator[Row]) -> Iterator[list[Row]]:
    while batch := list(itertools.islice(rows, _ROWS_PER_FRAME)):
        yield batch


def _to_frame(names: Sequence[str], rows: Sequence[Row]) -> Frame:
    try:
        return Frame([_to_field(name, [row[index] for row in rows]) for index, name in enumerate(names)])
    except FrameError as error:
        raise QueryError(str(error)) from error


def _to_field(name: str, values: Sequence[object]) -> Field:
    declared = COLUMNS.get(name)
    if name == "time" or declared == "timestamp":
        return make_field(name, values, "time")
    first = next((value for value in values if value is not None), None)
    return make_field(name, values, "string" if declared == "text" or isinstance(first, str) else "float64")


def _to_wide(frame: Frame) -> Frame:
    """A row for each time, a field for each value column and each combination of texts."""
    time = next((field for field in frame.fields if field.kind == "time"), None)
    texts = [field for field in frame.fields if field.kind == "string"]
    numbers = [field for field in frame.fields if field.kind == "float64"]
    if time is None or not numbers:
        raise QueryError(f"a time series needs a time and a number, and the result {'has no time' if time is None else 'has no value field'}")
    times = time.values.to_pylist()
    if None in times or any(later < earlier for earlier, later in itertools.pairwise(times)):
        raise QueryError(f'time field "{time.name}" is not ascending: add order by {time.name}')
    keys = list(zip(*(field.values.to_pylist() for field in texts), strict=True)) or [()] * len(times)
    row_of = {each: row for row, each in enumerate(dict.fromkeys(times))}
    wide = [make_field(time.name, list(row_of), "time")]
    for number in numbers:
        values = number.values.to_pylist()
        for key in sorted(set(keys), key=str):
            column: list[object] = [None] * len(row_of)
            for row, value in enumerate(values):
                if keys[row] == key:
                    column[row_of[times[row]]] = value
            labels = {field.name: str(text) for field, text in zip(texts, key, strict=True)}
            wide.append(make_field(number.name, column, "float64", labels=labels or None))
    return Frame(wide, meta={"type": "timeseries-wide", "typeVersion": [0, 1]})
