"""A plugin whose handlers do what handlers should not; the path of a resource says what."""

import asyncio
import logging
import os
import sys
import threading
import time
from collections.abc import AsyncIterator, Iterator

from grafana_plugin_protocol import implement, serve, v1, v2

LOG = logging.getLogger("odd")


class Odd(v2.ResourceServicer):
    async def CallResource(self, request: v2.CallResourceRequest, context: object) -> AsyncIterator[v2.CallResourceResponse]:
        match request.path:
            case "print":
                # Without giving the event loop a turn.
                for number in range(20_000):
                    print(f"{number:06} {'x' * 500}")
            case "print-bytes":
                os.write(1, bytes(range(256)))
            case "raise":
                raise ValueError("no luck")
            case "log":
                LOG.warning("with fields %s", "and text", extra={"refId": "A", "count": 2, "@level": "x", "odd": {1, 2}, "nan": float("nan")})
                LOG.info("x" * 100_000)
                LOG.info("wrong %d", "format")
                logging.debug("too low")
            case "hang":
                await asyncio.sleep(3600)
            case "stuck":
                print("stuck now", file=sys.stderr, flush=True)
                time.sleep(3600)
            case "thread":
                threading.Thread(target=time.sleep, args=(3600,)).start()
            case "exit":
                sys.exit(3)
        yield v2.CallResourceResponse(code=200, body=b"done")


class InThreads(v2.StreamServicer):
    """Plain functions."""

    def SubscribeStream(self, request: v2.SubscribeStreamRequest, context: object) -> v2.SubscribeStreamResponse:
        return v2.SubscribeStreamResponse(status=v2.SubscribeStreamResponse.OK, data=threading.current_thread().name.encode())

    def RunStream(self, request: v2.RunStreamRequest, context: object) -> Iterator[v2.StreamPacket]:
        for number in range(3):
            yield v2.StreamPacket(data=b'{"n":%d}' % number)


class Renderer(v1.RendererServicer):
    async def Render(self, request: v1.RenderRequest, context: object) -> v1.RenderResponse:
        return v1.RenderResponse(error=f"rendered {request.url}")


if "tcp" in sys.argv:
    serve(implement(v2, Odd()), network="tcp")
else:
    serve(implement(v2, Odd(), InThreads()), implement(v1, Renderer()))
print("served", file=sys.stderr)
