"""Keeps handlers from ending the plugin: sys.exit in one of them fails its call, and nothing else."""

import inspect
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import aclosing
from typing import Any

import grpc.aio

_Handler = Any
_KINDS = ("unary_unary", "unary_stream", "stream_unary", "stream_stream")


class Guard(grpc.aio.ServerInterceptor):
    async def intercept_service(
        self, continuation: Callable[[grpc.HandlerCallDetails], Awaitable[_Handler]], handler_call_details: grpc.HandlerCallDetails
    ) -> _Handler:
        handler = await continuation(handler_call_details)
        if handler is None:
            return None
        own = {kind: guarded(behaviour) for kind in _KINDS if (behaviour := getattr(handler, kind)) is not None}
        return handler._replace(**own)


def guarded(behaviour: Callable[..., Any]) -> Callable[..., Any]:
    """The same function, of the same form, without SystemExit."""

    async def stream(*arguments: object) -> AsyncIterator[object]:
        try:
            # Closed with this one: a cancelled call ends its handler at once.
            async with aclosing(behaviour(*arguments)) as answers:
                async for answer in answers:
                    yield answer
        except SystemExit as error:
            raise _failure(error) from error

    async def unary(*arguments: object) -> object:
        try:
            return await behaviour(*arguments)
        except SystemExit as error:
            raise _failure(error) from error

    def in_thread(*arguments: object) -> object:
        try:
            answer = behaviour(*arguments)
        except SystemExit as error:
            raise _failure(error) from error
        if inspect.isasyncgen(answer) or inspect.iscoroutine(answer):
            raise TypeError(f"a plain function returned {type(answer).__name__}: make the method itself async def, with yield in a stream")
        return guarded_iterator(answer) if inspect.isgenerator(answer) else answer

    def guarded_iterator(answers: Iterator[object]) -> Iterator[object]:
        try:
            yield from answers
        except SystemExit as error:
            raise _failure(error) from error

    if inspect.isasyncgenfunction(behaviour):
        return stream
    return unary if inspect.iscoroutinefunction(behaviour) else in_thread


def _failure(error: SystemExit) -> RuntimeError:
    return RuntimeError(f"the handler called sys.exit({error.code!r}): it fails its own call only")
