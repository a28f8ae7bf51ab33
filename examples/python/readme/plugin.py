import json
import math

from grafana_plugin_protocol import implement, serve, v2
from grafana_plugin_protocol.frames import Frame, make_field
from grafana_plugin_protocol.queries import QueryError, answer_queries


class Sine(v2.DataServicer, v2.DiagnosticsServicer):
    """A data source: a query is {"periodSeconds": 60}, its answer a sine over the dashboard's time range."""

    async def QueryData(self, request: v2.QueryDataRequest, context: object) -> v2.QueryDataResponse:
        return await answer_queries(request, self.answer)

    def answer(self, query: v2.DataQuery) -> Frame:
        period_ms = json.loads(query.json).get("periodSeconds", 60) * 1000
        if period_ms <= 0:
            raise QueryError("periodSeconds must be more than 0")  # this query fails, the others get their frames
        times = range(query.timeRange.fromEpochMS, query.timeRange.toEpochMS, max(query.intervalMS, 1))
        values = [math.sin(2 * math.pi * ms / period_ms) for ms in times]
        return Frame([make_field("time", list(times), "time"), make_field("value", values, "float64", labels={"wave": "sine"})])

    async def CheckHealth(self, request: v2.CheckHealthRequest, context: object) -> v2.CheckHealthResponse:
        return v2.CheckHealthResponse(status=v2.CheckHealthResponse.OK, message="it works")


if __name__ == "__main__":
    serve(implement(v2, Sine()))
