"""Answers of ``v2.DataServicer``, each query by itself: one that fails does not fail the others."""

import inspect
import logging
from collections.abc import AsyncIterable, AsyncIterator, Awaitable, Callable, Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, Literal, TypeAlias

from . import v2

if TYPE_CHECKING:
    from .frames import Frame

_logger = logging.getLogger(__name__)

Answer: TypeAlias = "Frame | Iterable[Frame]"


class QueryError(Exception):
    """An error of a query, not of the plugin: its text is shown to the user, and it is not logged.

    :param status: an HTTP status
    :param source: ``downstream`` for the user, the data's server, a timeout; ``plugin`` for a fault of the plugin
    """

    def __init__(self, message: str, status: int = 400, source: Literal["downstream", "plugin"] = "downstream") -> None:
        super().__init__(message)
        self.status = status
        self.source = source


async def answer_queries(
    request: v2.QueryDataRequest, answer: "Callable[[v2.DataQuery], Answer | Awaitable[Answer]]"
) -> v2.QueryDataResponse:
    """Answers each query with its frames, in the format that the host asks for.

    What ``answer`` raises becomes the error of its query; everything but QueryError is logged, and has status 500.
    """
    response = v2.QueryDataResponse()
    for query in request.queries:
        one = response.responses[query.refId]
        try:
            seen = answer(query)
            frames = _listed(await seen if inspect.isawaitable(seen) else seen)
            one.frames.extend(_named(frame, query).to_bytes(request.format) for frame in frames)
            one.status, one.format = 200, request.format
        except Exception as error:
            one.Clear()
            one.error, one.status, one.errorSource = _describe(query, error)
    return response


async def answer_queries_in_chunks(
    request: v2.QueryChunkedDataRequest, answer: Callable[[v2.DataQuery], "Iterable[Frame] | AsyncIterable[Frame]"]
) -> AsyncIterator[v2.QueryChunkedDataResponse]:
    """Answers each query with one frame of any length, some rows at a time: ``answer`` gives frames with the same fields.

    The next rows are made when the host has taken the last. Errors are as in :func:`answer_queries`.
    """
    for query in request.queries:
        try:
            part: Literal["all", "data"] = "all"
            async for frame in _iterated(answer(query)):
                data = _named(frame, query).to_bytes(request.format, part)
                yield v2.QueryChunkedDataResponse(refId=query.refId, frameId="0", frame=data, status=200, format=request.format)
                part = "data"
        except Exception as error:
            text, status, source = _describe(query, error)
            yield v2.QueryChunkedDataResponse(refId=query.refId, error=text, status=status, errorSource=source)


def _describe(query: v2.DataQuery, error: Exception) -> tuple[str, int, str]:
    if isinstance(error, QueryError):
        return str(error) or "the query failed", error.status, error.source
    _logger.error("the answer to a query failed", extra={"refId": query.refId}, exc_info=error)
    return str(error) or type(error).__name__, 500, "plugin"


def _listed(answer: Answer) -> "Iterable[Frame]":
    return answer if isinstance(answer, Iterable) else [answer]


def _named(frame: "Frame", query: v2.DataQuery) -> "Frame":
    return frame if frame.ref_id else replace(frame, ref_id=query.refId)


async def _iterated(frames: "Iterable[Frame] | AsyncIterable[Frame]") -> "AsyncIterator[Frame]":
    if isinstance(frames, AsyncIterable):
        async for frame in frames:
            yield frame
    else:
        for frame in frames:
            yield frame
