"""How a plugin owns its process: stdout, signals, and the host that may go."""

import asyncio
import io
import os
import signal
import sys
import threading
import time
from collections import deque
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import suppress

#: Between two looks at the parent: Python has no event for its end.
_LOOK_SECONDS = 0.5
#: What is kept of printed text that no host reads.
_BACKLOG_BYTES = 1 << 20
#: A host kills two seconds after Shutdown.
_END_SECONDS = 1.5


class Stdout:
    """Takes stdout over: what the program prints goes to go-plugin's stdio service, and the real one has the handshake line only.

    A thread reads the pipe, because a handler that prints much would else wait for the event loop that it holds.
    """

    def __init__(self) -> None:
        self._real = os.dup(1)
        self._pieces: deque[bytes] = deque()
        self._size = 0
        self._lock = threading.Lock()
        self._wake: Callable[[], object] = lambda: None
        reader, writer = os.pipe()
        os.dup2(writer, 1)
        os.close(writer)
        # To a pipe Python else writes whole blocks, and the end of what a handler prints would wait for more.
        if isinstance(sys.stdout, io.TextIOWrapper):
            sys.stdout.reconfigure(line_buffering=True)
        threading.Thread(target=self._read, args=(reader,), name="stdout", daemon=True).start()

    def print_line(self, line: str) -> None:
        """Writes the handshake line. Raises OSError when the host does not read any more."""
        os.write(self._real, line.encode())

    def _read(self, reader: int) -> None:
        while data := os.read(reader, 1 << 15):
            with self._lock:
                self._pieces.append(data)
                self._size += len(data)
                while self._size > _BACKLOG_BYTES:
                    self._size -= len(self._pieces.popleft())
                wake = self._wake
            with suppress(RuntimeError):  # The loop has ended.
                wake()

    async def read(self, ended: asyncio.Event) -> AsyncIterator[bytes]:
        """What is printed, until the plugin ends. For one reader at a time."""
        loop = asyncio.get_running_loop()
        there = asyncio.Event()
        with self._lock:
            self._wake = lambda: loop.call_soon_threadsafe(there.set)
        there.set()
        while not ended.is_set():
            await first_of(there.wait(), ended.wait())
            there.clear()
            while self._pieces:
                with self._lock:
                    data = self._pieces.popleft()
                    self._size -= len(data)
                yield data


class Ending:
    """Ends the plugin once: on SIGTERM, on Shutdown, and when the host has gone. ``clean_up`` also runs when handlers hang."""

    def __init__(self, loop: asyncio.AbstractEventLoop, clean_up: Callable[[], None]) -> None:
        self.ended = asyncio.Event()
        self._loop = loop
        self._clean_up = clean_up
        self._once = threading.Lock()

    def request(self) -> None:
        """Asks for the end, from any thread."""
        if not self._once.acquire(blocking=False):
            return
        threading.Thread(target=self._end_at_last, name="end", daemon=True).start()
        with suppress(RuntimeError):
            self._loop.call_soon_threadsafe(self.ended.set)

    def _end_at_last(self) -> None:
        time.sleep(_END_SECONDS)
        self._clean_up()
        os._exit(0)

    def watch(self, parent: int) -> None:
        """Sets the signals, and watches the parent that the process had at its start."""
        # Ctrl-C in the host's terminal reaches the plugin too; the host is to end it.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, lambda *_: self.request())
        if sys.platform != "win32":
            threading.Thread(target=self._watch_parent, args=(parent,), name="parent", daemon=True).start()

    def _watch_parent(self, parent: int) -> None:
        while os.getppid() == parent:
            time.sleep(_LOOK_SECONDS)
        self.request()


async def first_of(*coroutines: Coroutine[object, object, object]) -> None:
    """Waits until one of them is done, and cancels the others."""
    tasks = [asyncio.create_task(each) for each in coroutines]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
