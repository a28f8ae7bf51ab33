package main

import (
	"fmt"
	"strings"

	"github.com/grafana/grafana-plugin-sdk-go/data"
)

func nameCases() []frameCase {
	return []frameCase{
		{"names-repeated-other-types", repeatedNames()},
		{"names-repeated-other-labels", data.NewFrame("wide",
			newField("time", nanoseconds(0, 1), nil),
			labelled("value", data.Labels{"host": "a"}, 1, 2),
			labelled("value", data.Labels{"host": "b"}, 3, 4),
			labelled("value", nil, 5, 6))},
		{"names-repeated-alike", data.NewFrame("", labelled("value", nil, 1), labelled("value", nil, 2))},
		{"names-empty", data.NewFrame("", labelled("", nil, 1), newField("", []string{"a"}, nil), labelled("named", nil, 2))},
		{"names-odd", oddNames()},
		{"names-of-frame", data.NewFrame("Größe <b>&\"\\\x00🙂\u2028", labelled("value", nil, 1)).SetRefID("A")},
		{"names-of-query", data.NewFrame("", labelled("value", nil, 1)).SetRefID("Abfrage <1> & \"2\"")},
		{"fields-none", data.NewFrame("")},
		{"fields-none-but-names-and-meta", data.NewFrame("empty").SetRefID("A").SetMeta(&data.FrameMeta{ExecutedQueryString: "select"})},
		{"fields-without-rows", data.NewFrame("no rows",
			newField("time", nanoseconds(), nil),
			labelled("value", data.Labels{"host": "a"}),
			labelled("value", data.Labels{"host": "b"}).SetConfig(&data.FieldConfig{Unit: "percent"}),
		).SetRefID("A").SetMeta(&data.FrameMeta{Type: data.FrameTypeTimeSeriesWide, TypeVersion: data.FrameTypeVersion{0, 1}})},
		{"fields-many", manyFields(40)},
	}
}

func labelled(name string, labels data.Labels, values ...float64) *data.Field {
	if values == nil {
		values = []float64{}
	}
	return data.NewField(name, labels, values)
}

// repeatedNames has every kind, plain and nullable, under one name.
func repeatedNames() *data.Frame {
	frame := data.NewFrame("repeated")
	for i, k := range kinds {
		for _, null := range []func(int) bool{nil, func(row int) bool { return row == i%3 }} {
			field := k.rows("value", 3, null)
			field.Labels = data.Labels{"field": fmt.Sprint(len(frame.Fields)), k.name: "yes"}
			if field.Config == nil {
				field.Config = &data.FieldConfig{}
			}
			field.Config.DisplayName = fmt.Sprintf("%s %d", k.name, len(frame.Fields))
			frame.Fields = append(frame.Fields, field)
		}
	}
	return frame
}

func oddNames() *data.Frame {
	frame := data.NewFrame("odd")
	for i, name := range []string{
		"température", "<b>&</b>", "\"quoted\\\"", "a\x00b", "🙂", "\u2028", "__proto__", "constructor", "toString", "0", "-1",
		" ", "a.b[0]", strings.Repeat("long ", 60),
	} {
		frame.Fields = append(frame.Fields, labelled(name, nil, float64(i)))
	}
	return frame
}

func manyFields(n int) *data.Frame {
	frame := data.NewFrame("many", newField("time", nanoseconds(0, 1_000_000, 2_000_000), nil))
	for i := range n {
		f := float64(i)
		frame.Fields = append(frame.Fields, labelled("value", data.Labels{"i": fmt.Sprint(i)}, f, f+0.5, -f))
	}
	return frame
}

func labelCases() []frameCase {
	many := data.Labels{}
	for i := range 30 {
		many[fmt.Sprintf("label %d", i)] = fmt.Sprintf("value %d", i*i)
	}
	cases := []struct {
		name   string
		labels data.Labels
	}{
		{"nil", nil},
		{"empty", data.Labels{}},
		{"one", data.Labels{"host": "web-1"}},
		{"many", many},
		{"non-ascii", data.Labels{"größe": "süß", "キー": "値", "🙂": "👩‍👩‍👧", "null": "\x00", "line": "\u2028\r\n"}},
		{"html", data.Labels{"<key>": "a < b && c > d", "quote\"": "back\\slash", "script": "</script>"}},
		{"empty-texts", data.Labels{"": "empty key", "empty value": ""}},
		// By bytes U+FF5E is before U+1F642; by UTF-16 units it is after it.
		{"order", data.Labels{"b": "1", "B": "2", "a": "3", "10": "4", "9": "5", "\uff5e": "6", "🙂": "7", "é": "8"}},
		{"odd-keys", data.Labels{"__proto__": "p", "constructor": "c", "toString": "t", "hasOwnProperty": "h"}},
	}
	out := []frameCase{{"labels-nil-beside-empty", data.NewFrame("",
		labelled("a", nil, 1), labelled("b", data.Labels{}, 2), labelled("c", data.Labels{"x": "y"}, 3), labelled("d", nil, 4))}}
	for _, c := range cases {
		out = append(out, frameCase{"labels-" + c.name, data.NewFrame("", labelled("value", c.labels, 1))})
	}
	return out
}
