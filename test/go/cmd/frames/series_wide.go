package main

import (
	"encoding/json"

	"github.com/grafana/grafana-plugin-sdk-go/data"
)

func wideToLongCases() []seriesCase {
	convert := func(name string, fields ...*data.Field) seriesCase {
		return seriesCase{name: "wide-" + name, operation: "wideToLong", input: data.NewFrame("wide", fields...)}
	}
	ab := func(host string) data.Labels { return data.Labels{"host": host} }
	times := newField("time", at(0, 10), nil)
	kept := convert("meta-kept-refid-dropped", times, labelled("value", ab("a"), 1, 2))
	kept.input.SetRefID("A").SetMeta(&data.FrameMeta{
		ExecutedQueryString: "select", Type: data.FrameTypeTimeSeriesWide, TypeVersion: data.FrameTypeVersion{0, 1},
	})
	withConfig := labelled("value", ab("a"), 1, 2).SetConfig(&data.FieldConfig{Unit: "s"})
	return []seriesCase{
		kept,
		convert("one-label", times, labelled("value", ab("b"), 1, 2), labelled("value", ab("a"), 3, 4)),
		convert("no-labels", times, labelled("value", nil, 1, 2)),
		convert("several-names", times, labelled("z", ab("a"), 1, 2), labelled("a", ab("a"), 3, 4), newField("m", []int64{5, 6}, nil)),
		convert("label-missing", times, labelled("value", ab("a"), 1, 2), labelled("value", data.Labels{"dc": "x"}, 3, 4), labelled("value", nil, 5, 6)),
		convert("value-missing-plain", times, labelled("cpu", ab("a"), 1, 2), labelled("mem", ab("b"), 3, 4)),
		convert("value-missing-nullable", times,
			data.NewField("cpu", ab("a"), []*float64{pointer(1.0), nil}), data.NewField("mem", ab("b"), []*int64{nil, pointer(int64(4))})),
		convert("repeated-field-last-wins", times, labelled("value", ab("a"), 1, 2), labelled("value", ab("a"), 3, 4)),
		convert("unsorted-time-is-kept", newField("time", at(10, 0), nil), labelled("value", ab("a"), 1, 2)),
		convert("config-is-dropped", times, withConfig),
		convert("json-time-enum-values", times, data.NewField("json", ab("a"), rawMessages(`{"a":1}`, `null`)),
			data.NewField("when", ab("a"), at(1, 2)), withEnumTexts(data.NewField("enum", ab("a"), []data.EnumItemIndex{1, 2}))),
		convert("nil-json", times, data.NewField("json", ab("a"), []*json.RawMessage{nil, pointer(json.RawMessage(`1`))})),
		// Sorted by the bytes of their JSON, in which < is escaped, as are quotes.
		convert("labels-sorted-by-json", times, labelled("value", data.Labels{"h": "🙂"}, 1, 2), labelled("value", data.Labels{"h": "\uff5e"}, 3, 4),
			labelled("value", data.Labels{"h": "a\"b"}, 5, 6), labelled("value", data.Labels{"h": "a<b"}, 7, 8),
			labelled("value", data.Labels{"h": "aZ"}, 9, 10)),
		convert("nullable-time", newField("time", at(0, 10), func(int) bool { return false }), labelled("value", ab("a"), 1, 2)),
		convert("error-no-fields"),
		convert("error-no-time", labelled("value", ab("a"), 1)),
		convert("error-long", times, labelled("value", nil, 1, 2), texts("host", "a", "b")),
		convert("error-no-rows", newField("time", at(), nil), labelled("value", ab("a"))),
		convert("error-time-null", newField("time", at(0, 10), func(row int) bool { return row == 1 }), labelled("value", ab("a"), 1, 2)),
		convert("error-same-name-other-type", times, labelled("value", ab("a"), 1, 2), data.NewField("value", ab("b"), []int64{1, 2})),
		convert("error-same-name-other-nullability", times, labelled("value", ab("a"), 1, 2), data.NewField("value", ab("b"), []*float64{nil, nil})),
	}
}

func sortCases() []seriesCase {
	now := newField("time", at(0), nil)
	value := func(name string, v float64, labels data.Labels) *data.Field { return labelled(name, labels, v) }
	sorted := func(name string, keys []string, fields ...*data.Field) seriesCase {
		return seriesCase{"sort-" + name, "sortWideFields", seriesOptions{Keys: keys}, data.NewFrame("", fields...)}
	}
	mixed := func() []*data.Field {
		return []*data.Field{
			value("b", 1, data.Labels{"host": "x", "dc": "2"}), value("a", 2, data.Labels{"host": "y"}), now,
			value("b", 3, data.Labels{"host": "x", "dc": "1"}), value("a", 4, nil), value("b", 5, data.Labels{"dc": "3"}), value("B", 6, nil),
		}
	}
	return []seriesCase{
		sorted("by-labels-text", nil, mixed()...),
		sorted("by-host", []string{"host"}, mixed()...),
		sorted("by-dc-then-host", []string{"dc", "host"}, mixed()...),
		sorted("by-missing-key-is-stable", []string{"none"}, value("v", 1, data.Labels{"a": "2"}), value("v", 2, data.Labels{"a": "1"}), now,
			value("v", 3, data.Labels{"a": "0"})),
		sorted("empty-labels-after-nil", nil, now, value("v", 1, data.Labels{}), value("v", 2, nil), value("v", 3, data.Labels{"a": "1"})),
		// The SDK's comparison says "less" both ways for these, so they come out reversed; the time field swaps with the last first.
		sorted("same-name-no-labels", nil, now, value("v", 1, nil), value("v", 2, nil), value("v", 3, nil)),
		sorted("time-in-the-middle", nil, value("c", 1, nil), now, value("a", 2, nil), value("b", 3, nil)),
		sorted("names-by-bytes", nil, now, value("🙂", 1, nil), value("\uff5e", 2, nil), value("é", 3, nil), value("z", 4, nil), value("Z", 5, nil)),
		sorted("error-long", nil, now, value("v", 1, nil), texts("host", "a")),
		sorted("error-no-time", nil, value("v", 1, nil)),
	}
}
