"""A host in Python for the tests: runs one plugin, and prints a JSON line for each case.

host.py fixture MAJOR COMMAND...    calls the fixture of test/interop
host.py weather COMMAND...          calls the weather plugin of examples/weather-datasource
host.py start TIMEOUT COMMAND...    prints the PluginError of a start, as a case
host.py hold COMMAND...             prints the plugin's pid and waits to be killed
host.py leave COMMAND...            leaves the block by an exception, and prints what is left of the plugin
"""

import asyncio
import json
import os
import sys
from collections.abc import Awaitable, Callable

import grpc
import grpc.aio
from grafana_plugin_protocol import LaunchedPlugin, LogLine, PluginError, launch, v1, v2
from grafana_plugin_protocol.frames import Frame

CONTEXT = v2.PluginContext(
    orgId=7,
    pluginId="fixture",
    user=v2.User(login="ada"),
    dataSourceInstanceSettings=v2.DataSourceInstanceSettings(id=42, uid="ds-1", decryptedSecureJsonData={"token": "s3cret"}),
)
RANGE = v2.TimeRange(fromEpochMS=1_700_000_000_000, toEpochMS=1_700_003_600_000)


async def case(name: str, run: Callable[[], Awaitable[None]]) -> bool:
    try:
        await run()
        ok, detail = True, ""
    except Exception as error:
        ok, detail = False, f"{type(error).__name__}: {error}"
    print(json.dumps({"case": name, "ok": ok, "detail": detail}), flush=True)
    return ok


def same(expected: object, seen: object) -> None:
    if expected != seen:
        raise AssertionError(f"expected {expected!r}, got {seen!r}")


async def failing(call: Awaitable[object], code: grpc.StatusCode) -> str:
    try:
        await call
    except grpc.aio.AioRpcError as error:
        same(code, error.code())
        return error.details() or ""
    raise AssertionError(f"expected {code}, got an answer")


class Fixture:
    def __init__(self, plugin: LaunchedPlugin) -> None:
        self.plugin = plugin
        self.data = plugin.client(v2.DataStub)
        self.resource = plugin.client(v2.ResourceStub)
        self.stream = plugin.client(v2.StreamStub)

    def request(self, task: dict[str, object], format: v2.DataFrameFormat.ValueType = v2.ARROW) -> v2.QueryDataRequest:
        query = v2.DataQuery(refId="A", json=json.dumps(task).encode(), timeRange=RANGE, intervalMS=60_000, maxDataPoints=500)
        return v2.QueryDataRequest(pluginContext=CONTEXT, queries=[query], format=format)

    async def ask(self, **task: object) -> v2.DataResponse:
        return (await self.data.QueryData(self.request(task))).responses["A"]

    async def series(self) -> None:
        for format in (v2.ARROW, v2.JSON):
            answer = (await self.data.QueryData(self.request({"do": "series", "rows": 3}, format))).responses["A"]
            same((200, format, 1), (answer.status, answer.format, len(answer.frames)))
            frame = Frame.from_bytes(answer.frames[0])
            same(["time", "value", "place"], [field.name for field in frame.fields])
            same([0.0, 0.5, 1.0], frame.fields[1].values.to_pylist())
            same(1_700_000_060_000_000_000, frame.fields[0].values.view("int64").to_pylist()[1])

    async def failures(self) -> None:
        answer = await self.ask(do="fail")
        same((400, "boom", "downstream"), (answer.status, answer.error, answer.errorSource))
        same("no disk", await failing(self.ask(do="complain", text="no disk"), grpc.StatusCode.UNKNOWN))

    async def large(self) -> None:
        frame = Frame.from_bytes((await self.ask(do="bytes", bytes=40 << 20)).frames[0])
        same(40 << 20, len(frame.fields[0].values[0].as_py()))

    async def chunks(self) -> None:
        query = v2.DataQuery(refId="A", json=b'{"do":"series","rows":5}', timeRange=RANGE, intervalMS=60_000)
        calls = self.data.QueryChunkedData(v2.QueryChunkedDataRequest(pluginContext=CONTEXT, queries=[query]))
        same([2, 2, 1], [len(Frame.from_bytes(chunk.frame)) async for chunk in calls])

    async def resources(self) -> None:
        parts = [part async for part in self.resource.CallResource(v2.CallResourceRequest(pluginContext=CONTEXT, path="chunks"))]
        same([b"one", b"two", b"three"], [part.body for part in parts])
        same(["a", "b"], list(parts[0].headers["X-Fixture"].values))

    async def state(self) -> dict[str, int]:
        request = v2.CallResourceRequest(pluginContext=CONTEXT, path="state")
        bodies = [part.body async for part in self.resource.CallResource(request)]
        seen: dict[str, int] = json.loads(b"".join(bodies))
        return seen

    async def streams(self) -> None:
        count = self.stream.RunStream(v2.RunStreamRequest(pluginContext=CONTEXT, path="count/100"))
        same([{"n": number} for number in range(100)], [json.loads(packet.data) async for packet in count])
        calls = [self.stream.RunStream(v2.RunStreamRequest(pluginContext=CONTEXT, path="forever")) for _ in range(20)]
        for call in calls:
            async for _ in call:
                break
        for call in calls:
            call.cancel()
        while (await self.state())["running"] > 0:
            pass

    async def deadline(self) -> None:
        call = self.data.QueryData(self.request({"do": "sleep"}), timeout=0.1)
        try:
            await call
            raise AssertionError("expected an error, got an answer")
        except grpc.aio.AioRpcError as error:
            # The deadline passes on both sides: the error of the plugin's handler may be faster than the host's own.
            is_late = error.code() is grpc.StatusCode.DEADLINE_EXCEEDED or "deadline exceeded" in (error.details() or "")
            same(True, is_late)
        same(200, (await self.ask(do="series", rows=1)).status)

    async def health(self) -> None:
        same(True, await self.plugin.is_healthy())
        answer = await self.plugin.client(v2.DiagnosticsStub).CheckHealth(v2.CheckHealthRequest(pluginContext=CONTEXT))
        same((v2.CheckHealthResponse.OK, "fixture healthy"), (answer.status, answer.message))

    async def other_major(self) -> None:
        try:
            self.plugin.client(v1.DatasourcePluginStub)
        except TypeError as error:
            same(True, "speaks protocol 2" in str(error))
        else:
            raise AssertionError("expected a TypeError for a service of protocol 1")


async def call_v1(plugin: LaunchedPlugin) -> None:
    source = plugin.client(v1.DatasourcePluginStub)
    time_range = v1.TimeRange(fromRaw="now-1h", toRaw="now", fromEpochMs=1_700_000_000_000, toEpochMs=1_700_003_600_000)
    queries = [v1.Query(refId="A", modelJson='{"do":"series"}'), v1.Query(refId="B", modelJson='{"do":"fail"}')]
    answer = await source.Query(v1.DatasourceRequest(timeRange=time_range, datasource=v1.DatasourceInfo(id=42), queries=queries))
    results = {result.refId: result for result in answer.results}
    same((9_007_199_254_740_993, -2.5), (results["A"].series[0].points[2].timestamp, results["A"].series[0].points[2].value))
    same("boom", results["B"].error)


async def call_weather(plugin: LaunchedPlugin) -> None:
    query = v2.DataQuery(refId="A", json=json.dumps({"rawSql": "select count(*) as n from weather"}).encode())
    answer = await plugin.client(v2.DataStub).QueryData(v2.QueryDataRequest(queries=[query]))
    same([2922.0], Frame.from_bytes(answer.responses["A"].frames[0]).fields[0].values.to_pylist())
    async for packet in plugin.client(v2.StreamStub).RunStream(v2.RunStreamRequest(path="replay/seattle")):
        same("temp_max", Frame.from_json(packet.data).fields[1].name)
        break


async def run(kind: str, major: int, command: list[str]) -> None:
    log: list[LogLine] = []
    environment = {"FIXTURE_MAJORS": str(major)} if kind == "fixture" else {}
    async with launch(*command, majors=[v1, v2], env=environment, tls=kind == "tls", on_log=log.append) as plugin:

        async def negotiated() -> None:
            same(major, plugin.major)

        await case("the major is agreed on", negotiated)
        if kind != "fixture":
            await case("it answers a query and a stream", lambda: call_weather(plugin))
        elif major == 1:
            await case("Query", lambda: call_v1(plugin))
        else:
            fixture = Fixture(plugin)
            await case("CheckHealth", fixture.health)
            await case("QueryData", fixture.series)
            await case("QueryData that fails", fixture.failures)
            await case("QueryData of 40 MiB", fixture.large)
            await case("QueryChunkedData", fixture.chunks)
            await case("CallResource", fixture.resources)
            await case("RunStream, and leaving it", fixture.streams)
            await case("a deadline", fixture.deadline)
            await case("a service of another major", fixture.other_major)

    async def ended() -> None:
        same(0, plugin.exit_code)

    await case("it ends with exit code 0", ended)


async def start(timeout: float, command: list[str]) -> None:
    try:
        async with launch(*command, majors=[v2], start_timeout=timeout):
            print(json.dumps({"code": "started"}))
    except PluginError as error:
        print(json.dumps({"code": error.code, "message": str(error), "exitCode": error.exit_code, "pid": error.pid}))


async def hold(command: list[str]) -> None:
    async with launch(*command, majors=[v2]) as plugin:
        print(plugin.pid, flush=True)
        await asyncio.sleep(3600)


async def leave(command: list[str]) -> None:
    pid = 0
    try:
        async with launch(*command, majors=[v2]) as plugin:
            pid = plugin.pid
            raise RuntimeError("left")
    except RuntimeError:
        print(json.dumps({"exitCode": plugin.exit_code, "there": os.path.exists(f"/proc/{pid}")}))


def main(kind: str, *rest: str) -> None:
    match kind:
        case "fixture":
            asyncio.run(run(kind, int(rest[0]), list(rest[1:])))
        case "weather" | "tls":
            asyncio.run(run(kind, 2, list(rest)))
        case "start":
            asyncio.run(start(float(rest[0]), list(rest[1:])))
        case "hold":
            asyncio.run(hold(list(rest)))
        case "leave":
            asyncio.run(leave(list(rest)))


main(*sys.argv[1:])
