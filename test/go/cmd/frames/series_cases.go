package main

import (
	"math"
	"slices"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/data"
)

func seriesCases() []seriesCase {
	return slices.Concat(schemaCases(), fillCases(), longToWideCases(), longToWideErrors(), wideToLongCases(), sortCases(),
		resampleCases())
}

// at gives times in seconds after the start.
func at(seconds ...int) []time.Time {
	times := make([]time.Time, len(seconds))
	for i, s := range seconds {
		times[i] = start.Add(time.Duration(s) * time.Second)
	}
	return times
}

func texts(name string, values ...string) *data.Field { return newField(name, values, nil) }

func schemaCases() []seriesCase {
	now, value := newField("time", at(0), nil), labelled("value", nil, 1)
	schema := func(name string, fields ...*data.Field) seriesCase {
		return seriesCase{name: "schema-" + name, operation: "schema", input: data.NewFrame("", fields...)}
	}
	return []seriesCase{
		schema("no-fields"),
		schema("no-time", value),
		schema("only-time", now),
		schema("no-value", now, texts("host", "a")),
		schema("wide", now, value),
		schema("wide-value-before-time", value, now),
		schema("wide-two-times", now, newField("created", at(1), nil)),
		schema("wide-nullable-time", newField("time", at(0), func(int) bool { return true }), value),
		schema("wide-json-and-enum-are-values", now, newField("j", rawMessages(`1`), nil), newField("e", []data.EnumItemIndex{0}, nil)),
		schema("long-text", now, value, texts("host", "a")),
		schema("long-nullable-text", now, value, newField("host", []string{"a"}, func(int) bool { return true })),
		schema("long-bool", now, value, newField("up", []bool{true}, nil)),
		schema("long-nullable-bool", now, value, newField("up", []bool{true}, func(int) bool { return true })),
	}
}

// sparse lacks a value at two places: b begins at the second time, a is missing at the third.
func sparse(values ...*data.Field) *data.Frame {
	frame := data.NewFrame("sparse", newField("time", at(0, 10, 10, 20), nil), texts("host", "a", "a", "b", "b"))
	frame.Fields = append(frame.Fields, values...)
	return frame
}

func fillCases() []seriesCase {
	values := func(null func(row int) bool) []*data.Field {
		return []*data.Field{
			newField("float", []float64{1.5, 2.5, 3.5, 4.5}, null),
			newField("int", []int64{1, 2, 3, 4}, null),
			newField("byte", []uint8{5, 6, 7, 8}, null),
			newField("when", at(100, 200, 300, 400), null),
			newField("json", rawMessages(`1`, `2`, `3`, `4`), null),
			withEnumTexts(newField("enum", []data.EnumItemIndex{1, 2, 1, 2}, null)),
		}
	}
	second := func(row int) bool { return row == 1 }
	fills := []struct {
		name string
		fill *fill
	}{
		{"none", nil}, {"null", fillNull}, {"previous", fillPrevious},
		{"value", fillValue(2.9)}, {"value-zero", fillValue(0)},
	}
	var cases []seriesCase
	for _, f := range fills {
		options := seriesOptions{Fill: f.fill}
		cases = append(cases,
			seriesCase{"fill-" + f.name + "-plain", "longToWide", options, sparse(values(nil)...)},
			seriesCase{"fill-" + f.name + "-nullable", "longToWide", options, sparse(values(second)...)})
	}
	ints := sparse(newField("int8", []int8{1, 2, 3, 4}, nil), newField("int64", []int64{1, 2, 3, 4}, second))
	floats := sparse(newField("float32", []float32{1, 2, 3, 4}, nil), newField("float64", []float64{1, 2, 3, 4}, nil))
	return append(cases,
		seriesCase{"fill-value-negative-to-int", "longToWide", seriesOptions{Fill: fillValue(-2.9)}, ints},
		seriesCase{"fill-value-nan", "longToWide", seriesOptions{Fill: fillValue(math.NaN())}, floats},
		seriesCase{"fill-value-to-float32", "longToWide", seriesOptions{Fill: fillValue(0.1)}, floats})
}
