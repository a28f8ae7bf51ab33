"""Daily weather of Seattle and New York, asked for in SQL."""

import csv
import sqlite3
from collections.abc import Iterator
from datetime import datetime, timezone
from pathlib import Path

CSV = Path(__file__).parents[2] / "node_modules/@observablehq/sample-datasets/weather.csv"

#: The columns of the table ``weather``; ``date`` is in milliseconds since 1970.
COLUMNS = {
    "location": "text",
    "date": "timestamp",
    "precipitation": "real",
    "temp_max": "real",
    "temp_min": "real",
    "wind": "real",
    "weather": "text",
}
_READING = {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION}


def open_weather() -> sqlite3.Connection:
    """The file in a database in memory, which afterwards takes nothing but ``select``."""
    database = sqlite3.connect(":memory:", isolation_level=None)
    database.execute(f"create table weather ({', '.join(f'{name} {kind}' for name, kind in COLUMNS.items())})")
    with CSV.open(newline="") as file:
        database.executemany("insert into weather values (?, ?, ?, ?, ?, ?, ?)", _rows(file))
    # No recursion: an endless one would stop the plugin.
    database.set_authorizer(lambda action, *_: sqlite3.SQLITE_OK if action in _READING else sqlite3.SQLITE_DENY)
    return database


def _rows(lines: Iterator[str]) -> Iterator[list[object]]:
    for location, date, *others in list(csv.reader(lines))[1:]:
        day = datetime.fromisoformat(date.replace("/", "-").removesuffix("Z")).replace(tzinfo=timezone.utc)
        yield [location, int(day.timestamp()) * 1000, *others]
