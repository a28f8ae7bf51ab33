package main

import (
	"fmt"
	"math"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/data"
)

// shapeCases has frames as plugins send them.
func shapeCases() []frameCase {
	second := func(row int) bool { return row == 1 }
	host := func(values ...string) *data.Field { return newField("host", values, nil) }
	minute := func(n int) []time.Time {
		times := make([]time.Time, n)
		for i := range times {
			times[i] = start.Add(time.Duration(i) * time.Minute)
		}
		return times
	}
	typed := func(t data.FrameType) *data.FrameMeta {
		return &data.FrameMeta{Type: t, TypeVersion: data.FrameTypeVersion{0, 1}}
	}
	labels := func(s string) data.Labels { return data.Labels{"host": s} }
	return []frameCase{
		{"shape-timeseries-wide", data.NewFrame("cpu", newField("time", minute(3), nil),
			labelled("cpu", labels("a"), 1, 2, 3), labelled("cpu", labels("b"), 4, 5, 6),
			data.NewField("errors", labels("a"), []*int64{pointer(int64(1)), nil, pointer(int64(3))}),
		).SetRefID("A").SetMeta(typed(data.FrameTypeTimeSeriesWide))},
		{"shape-timeseries-multi", data.NewFrame("cpu", newField("time", minute(3), nil), labelled("cpu", labels("a"), 1, 2, 3)).
			SetRefID("A").SetMeta(typed(data.FrameTypeTimeSeriesMulti))},
		{"shape-timeseries-long", data.NewFrame("cpu", newField("time", []time.Time{start, start, start.Add(time.Second)}, nil),
			host("a", "b", "a"), newField("up", []bool{true, false, true}, nil), newField("cpu", []float64{1, 2, 3}, second)).
			SetRefID("A").SetMeta(typed(data.FrameTypeTimeSeriesLong))},
		{"shape-numeric-wide", data.NewFrame("", labelled("cpu", labels("a"), 1), labelled("cpu", labels("b"), 2)).
			SetMeta(typed(data.FrameTypeNumericWide))},
		{"shape-numeric-long", data.NewFrame("", host("a", "b"), newField("cpu", []float64{1, 2}, nil), newField("n", []uint32{3, 4}, nil)).
			SetMeta(typed(data.FrameTypeNumericLong))},
		{"shape-log-lines", data.NewFrame("logs", newField("timestamp", minute(2), nil), newField("body", []string{"line <1>", "line\n2"}, nil),
			newField("severity", []string{"info", "error"}, second), newField("id", []string{"1", "2"}, nil),
			newField("labels", rawMessages(`{"app":"x"}`, `{"app":"y","pod":"z"}`), nil)).SetMeta(typed(data.FrameTypeLogLines))},
		{"shape-annotations", data.NewFrame("", newField("time", minute(2), nil), newField("timeEnd", minute(2), second),
			newField("text", []string{"deploy", "rollback"}, nil), newField("tags", []string{"a,b", ""}, nil)).
			SetMeta(&data.FrameMeta{DataTopic: data.DataTopicAnnotations})},
		{"shape-large", large(3000)},
	}
}

// large is the shape of the benchmarks, of fewer rows.
func large(rows int) *data.Frame {
	times := make([]time.Time, rows)
	values := make([]float64, rows)
	sensors := make([]string, rows)
	for row := range rows {
		times[row] = start.Add(time.Duration(row) * time.Second)
		values[row] = math.Round(float64(row)*1.37) / 100
		sensors[row] = fmt.Sprintf("s%d", row%10)
	}
	tenth := func(row int) bool { return row%10 == 9 }
	return data.NewFrame("large", newField("time", times, nil), newField("value", values, nil), newField("maybe", values, tenth),
		newField("sensor", sensors, nil))
}
