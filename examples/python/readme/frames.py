import pandas
from grafana_plugin_protocol.frames import Frame, make_field

# A pandas or polars data frame, or a pyarrow table. Of pandas an index of times is the first field.
index = pandas.date_range("2024-01-01", periods=3, freq="h", name="time")
data = pandas.DataFrame({"cpu": [0.5, None, 0.7], "host": ["a", "a", "b"]}, index=index)
frame = Frame.from_pandas(data, name="load", config={"cpu": {"unit": "percentunit"}}, meta={"type": "timeseries-long"})
assert [field.kind for field in frame.fields] == ["time", "float64", "string"]
assert [field.nullable for field in frame.fields] == [False, True, False]

# Column by column, with labels: two fields of one name are two series.
series = Frame(
    [
        make_field("time", [1704067200000, 1704070800000], "time"),
        make_field("cpu", [0.5, 0.7], labels={"host": "a"}),
        make_field("cpu", [0.1, None], labels={"host": "b"}),
    ],
    meta={"type": "timeseries-wide", "typeVersion": [0, 1]},
)

# The bytes of DataResponse.frames, and back; every bit is kept.
assert Frame.from_bytes(series.to_bytes()) == series
assert list(series.to_polars().columns) == ["time", "cpu {host=a}", "cpu {host=b}"]
# The text of a packet of a stream.
assert series.to_json().startswith('{"schema":')
