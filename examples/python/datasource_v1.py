"""The same queries for hosts of protocol 1, which has series and tables instead of frames."""

import sqlite3
import time
from typing import Any

from grafana_plugin_protocol import v1
from grafana_plugin_protocol.frames import Field, Frame
from grafana_plugin_protocol.queries import QueryError
from select_frames import parse_query, select_frame


class Datasource(v1.DatasourcePluginServicer):
    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database

    async def Query(self, request: v1.DatasourceRequest, context: object) -> v1.DatasourceResponse:
        start, end = 0, time.time_ns() // 1_000_000
        if request.HasField("timeRange"):
            start, end = request.timeRange.fromEpochMs, request.timeRange.toEpochMs
        return v1.DatasourceResponse(results=[self._result(query, start, end) for query in request.queries])

    def _result(self, query: v1.Query, start: int, end: int) -> v1.QueryResult:
        try:
            asked = parse_query(query.modelJson, start, end)
            frame = select_frame(self._database, asked)
        except QueryError as error:
            return v1.QueryResult(refId=query.refId, error=str(error))
        if asked.format == "table":
            return v1.QueryResult(refId=query.refId, tables=[to_table(frame)])
        return v1.QueryResult(refId=query.refId, series=to_series(frame))


def to_table(frame: Frame) -> v1.Table:
    columns = [[_to_cell(field.kind, value) for value in _values(field)] for field in frame.fields]
    rows = [v1.TableRow(values=cells) for cells in zip(*columns, strict=True)]
    return v1.Table(columns=[v1.TableColumn(name=_display_name(field)) for field in frame.fields], rows=rows)


def to_series(frame: Frame) -> list[v1.TimeSeries]:
    """A series for each value field; points of v1 cannot be null, so those are left out."""
    times = next(_values(field) for field in frame.fields if field.kind == "time")
    return [
        v1.TimeSeries(
            name=_display_name(field),
            tags=field.labels,
            points=[v1.Point(timestamp=ms, value=value) for ms, value in zip(times, _values(field), strict=True) if value is not None],
        )
        for field in frame.fields
        if field.kind == "float64"
    ]


def _values(field: Field) -> list[Any]:
    """Times in milliseconds."""
    if field.kind != "time":
        return list(field.values.to_pylist())
    return [None if value is None else value // 1_000_000 for value in field.values.view("int64").to_pylist()]


def _to_cell(kind: str, value: Any) -> v1.RowValue:
    if value is None:
        return v1.RowValue(kind=v1.RowValue.TYPE_NULL)
    if kind == "time":
        return v1.RowValue(kind=v1.RowValue.TYPE_INT64, int64Value=value)
    if kind == "string":
        return v1.RowValue(kind=v1.RowValue.TYPE_STRING, stringValue=value)
    return v1.RowValue(kind=v1.RowValue.TYPE_DOUBLE, doubleValue=value)


def _display_name(field: Field) -> str:
    labels = ", ".join(f"{key}={value}" for key, value in sorted((field.labels or {}).items()))
    return f"{field.name} {{{labels}}}" if labels else field.name
