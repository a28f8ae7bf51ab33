"""A weather data source for hosts of both protocol majors, in one executable."""

import asyncio
import json
import sqlite3
import time
from collections import Counter
from collections.abc import AsyncIterator

import grpc
import grpc.aio
from grafana_plugin_protocol import implement, serve, v1, v2
from grafana_plugin_protocol.frames import Frame, make_field
from grafana_plugin_protocol.queries import QueryError, answer_queries, answer_queries_in_chunks
from datasource_v1 import Datasource
from select_frames import Query, parse_query, select_frame, select_frames
from weather_database import COLUMNS, open_weather

_REPLAY_SECONDS = 0.05
_METRICS = """# HELP weather_queries_total Queries answered, by outcome.
# TYPE weather_queries_total counter
weather_queries_total{outcome="ok"} %d
weather_queries_total{outcome="error"} %d
"""


class Weather(v2.DataServicer, v2.DiagnosticsServicer, v2.ResourceServicer, v2.StreamServicer):
    """Everything that Grafana asks of a data source."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database
        self._counts: Counter[str] = Counter()
        places = [place for (place,) in database.execute("select distinct location from weather")]
        # Paths of streams have no spaces in Grafana.
        self._places = {f"replay/{place.lower().replace(' ', '-')}": place for place in places}

    async def QueryData(self, request: v2.QueryDataRequest, context: object) -> v2.QueryDataResponse:
        return await answer_queries(request, self._answer)

    def _answer(self, query: v2.DataQuery) -> Frame:
        try:
            frame = select_frame(self._database, _parse(query))
        except QueryError:
            self._counts["error"] += 1
            raise
        self._counts["ok"] += 1
        return frame

    async def QueryChunkedData(
        self, request: v2.QueryChunkedDataRequest, context: object
    ) -> AsyncIterator[v2.QueryChunkedDataResponse]:
        async for chunk in answer_queries_in_chunks(request, lambda query: select_frames(self._database, _parse(query))):
            yield chunk

    async def CheckHealth(self, request: v2.CheckHealthRequest, context: object) -> v2.CheckHealthResponse:
        rows, places = self._database.execute("select count(*), count(distinct location) from weather").fetchone()
        return v2.CheckHealthResponse(
            status=v2.CheckHealthResponse.OK,
            message=f"{rows} days of weather in {places} places",
            jsonDetails=json.dumps({"rows": rows, "places": places}).encode(),
        )

    async def CollectMetrics(self, request: v2.CollectMetricsRequest, context: object) -> v2.CollectMetricsResponse:
        text = _METRICS % (self._counts["ok"], self._counts["error"])
        return v2.CollectMetricsResponse(metrics=v2.CollectMetricsResponse.Payload(prometheus=text.encode()))

    async def CallResource(self, request: v2.CallResourceRequest, context: object) -> AsyncIterator[v2.CallResourceResponse]:
        """``GET columns``: the columns of the table, for a query editor."""
        if (request.method, request.path) == ("GET", "columns"):
            yield _json_resource(200, {"columns": [{"name": name, "type": kind} for name, kind in COLUMNS.items()]})
        else:
            yield _json_resource(404, {"message": f'nothing at {request.method} "{request.path}": try GET "columns"'})

    async def SubscribeStream(self, request: v2.SubscribeStreamRequest, context: object) -> v2.SubscribeStreamResponse:
        status = v2.SubscribeStreamResponse
        return status(status=status.OK if request.path in self._places else status.NOT_FOUND)

    async def PublishStream(self, request: v2.PublishStreamRequest, context: object) -> v2.PublishStreamResponse:
        """The streams are for reading."""
        return v2.PublishStreamResponse(status=v2.PublishStreamResponse.PERMISSION_DENIED)

    async def RunStream(
        self, request: v2.RunStreamRequest, context: grpc.aio.ServicerContext[v2.RunStreamRequest, v2.StreamPacket]
    ) -> AsyncIterator[v2.StreamPacket]:
        """``replay/seattle``: the days of a place, one after the other."""
        place = self._places.get(request.path)
        if place is None:
            await context.abort(grpc.StatusCode.NOT_FOUND, f'no stream "{request.path}"')
        days = self._database.execute("select date, temp_max from weather where location = ? order by date", [place]).fetchall()
        for date, temperature in days:
            fields = [make_field("time", [date], "time"), make_field("temp_max", [temperature], labels={"location": str(place)})]
            yield v2.StreamPacket(data=Frame(fields).to_json().encode())
            # Raises CancelledError when the host cancels the call, which ends the stream.
            await asyncio.sleep(_REPLAY_SECONDS)


def _parse(query: v2.DataQuery) -> Query:
    """Without a range, which a host may leave out, all rows are meant."""
    start, end = 0, time.time_ns() // 1_000_000
    if query.HasField("timeRange"):
        start, end = query.timeRange.fromEpochMS, query.timeRange.toEpochMS
    return parse_query(query.json, start, end)


def _json_resource(code: int, body: object) -> v2.CallResourceResponse:
    headers = {"Content-Type": v2.StringList(values=["application/json"])}
    return v2.CallResourceResponse(code=code, headers=headers, body=json.dumps(body).encode())


if __name__ == "__main__":
    weather = open_weather()
    serve(implement(v2, Weather(weather)), implement(v1, Datasource(weather)))
