package main

import (
	"github.com/grafana/grafana-plugin-sdk-go/data"
)

func longToWideCases() []seriesCase {
	convert := func(name string, fill *fill, frame *data.Frame) seriesCase {
		return seriesCase{"long-" + name, "longToWide", seriesOptions{Fill: fill}, frame}
	}
	twice, four := newField("time", at(0, 0, 10, 10), nil), []float64{1, 2, 3, 4}
	values := labelled("value", nil, four...)
	odd := func(row int) bool { return row%2 == 1 }
	existing := labelled("value", data.Labels{"kept": "no"}, four...).SetConfig(&data.FieldConfig{Unit: "s"})
	meta := &data.FrameMeta{ExecutedQueryString: "select", Type: data.FrameTypeTimeSeriesLong, TypeVersion: data.FrameTypeVersion{1, 2}}
	return []seriesCase{
		convert("one-factor", nil, data.NewFrame("cpu", twice, values, texts("host", "b", "a", "b", "a"))),
		convert("two-factors", nil, data.NewFrame("", twice, texts("host", "a", "b", "a", "b"), texts("dc", "x", "x", "x", "y"), values)),
		convert("several-values", nil, data.NewFrame("", twice, labelled("z", nil, four...), texts("host", "a", "b", "a", "b"),
			newField("a", []int32{1, 2, 3, 4}, nil), newField("m", four, odd))),
		convert("bool-factor", nil, data.NewFrame("", twice, values, newField("up", []bool{true, false, true, false}, nil))),
		convert("nil-text-factor", nil, data.NewFrame("", twice, values, newField("host", []string{"a", "-", "", "-"}, odd))),
		convert("nil-bool-factor", nil, data.NewFrame("", twice, values, newField("up", []bool{true, true, false, true}, odd))),
		convert("time-not-first", nil, data.NewFrame("", texts("host", "a", "b", "a", "b"), values, twice)),
		convert("nullable-time", nil, data.NewFrame("", newField("time", at(0, 0, 10, 10), func(int) bool { return false }), values,
			texts("host", "a", "b", "a", "b"))),
		convert("second-time-is-value", fillNull, sparse(newField("created", at(1, 2, 3, 4), nil))),
		convert("repeated-row-last-wins", nil, data.NewFrame("", newField("time", at(0, 0, 0), nil), labelled("value", nil, 1, 2, 3),
			texts("host", "a", "a", "b"))),
		convert("labels-and-config-are-dropped", nil, data.NewFrame("", twice, existing, texts("host", "a", "b", "a", "b"))),
		convert("refid-dropped-meta-kept", nil, data.NewFrame("named", twice, values, texts("host", "a", "b", "a", "b")).SetRefID("A").SetMeta(meta)),
		convert("sorted-by-bytes", nil, data.NewFrame("", newField("time", at(0, 0, 0, 0), nil), values, texts("host", "🙂", "\uff5e", "a", "B"))),
		convert("one-row", fillPrevious, data.NewFrame("", newField("time", at(0), nil), labelled("value", nil, 1), texts("host", "a"))),
		convert("previous-of-null", fillPrevious, data.NewFrame("", newField("time", at(0, 0, 10, 20), nil),
			newField("value", []float64{1, 2, 3, 4}, func(row int) bool { return row == 0 }), texts("host", "a", "b", "b", "b"))),
		convert("nanoseconds-apart", fillNull, data.NewFrame("", newField("time", nanoseconds(-1, 0, 1), nil), labelled("value", nil, 1, 2, 3),
			texts("host", "a", "b", "a"))),
		convert("no-name-factor", nil, data.NewFrame("", twice, values, texts("", "a", "b", "a", "b"))),
	}
}

func longToWideErrors() []seriesCase {
	fail := func(name string, fields ...*data.Field) seriesCase {
		return seriesCase{name: "long-error-" + name, operation: "longToWide", input: data.NewFrame("", fields...)}
	}
	two, hosts := labelled("value", nil, 1, 2), texts("host", "a", "a")
	return []seriesCase{
		fail("no-fields"),
		fail("no-time", two, hosts),
		fail("no-value", newField("time", at(0, 1), nil), hosts),
		fail("wide", newField("time", at(0, 1), nil), two),
		fail("no-rows", newField("time", at(), nil), labelled("value", nil), texts("host", []string{}...)),
		fail("unsorted", newField("time", at(1, 0), nil), two, hosts),
		fail("first-time-null", newField("time", at(0, 1), func(row int) bool { return row == 0 }), two, hosts),
		fail("later-time-null", newField("time", at(0, 1), func(row int) bool { return row == 1 }), two, hosts),
		fail("repeated-factor-name", newField("time", at(0, 1), nil), two, hosts, texts("host", "b", "b")),
		fail("unequal-lengths", newField("time", at(0, 1), nil), labelled("value", nil, 1), hosts),
	}
}
