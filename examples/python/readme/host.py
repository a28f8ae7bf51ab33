import asyncio
import sys

from grafana_plugin_protocol import launch, v2
from grafana_plugin_protocol.frames import Frame


async def main() -> None:
    command = sys.argv[1:] or [sys.executable, "plugin.py"]
    async with launch(*command, majors=[v2], on_log=lambda line: print(line.level, line.message)) as plugin:
        health = await plugin.client(v2.DiagnosticsStub).CheckHealth(v2.CheckHealthRequest())
        print(health.message)

        time_range = v2.TimeRange(fromEpochMS=0, toEpochMS=60_000)
        query = v2.DataQuery(refId="A", json=b'{"periodSeconds": 60}', timeRange=time_range, intervalMS=15_000)
        answer = await plugin.client(v2.DataStub).QueryData(v2.QueryDataRequest(queries=[query]))
        for frame in answer.responses["A"].frames:
            print(Frame.from_bytes(frame).to_arrow().to_pydict())


asyncio.run(main())
