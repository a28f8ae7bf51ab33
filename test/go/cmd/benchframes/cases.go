package main

import (
	"fmt"
	"math"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/data"
)

var sizes = []struct {
	name  string
	frame func() *data.Frame
}{
	{"1M", func() *data.Frame { return sensors(1_000_000) }},
	{"100", func() *data.Frame { return sensors(100) }},
}

// A benchCase gives the operation to measure. What it needs is made in prepare and lives as long as the operation.
type benchCase struct {
	name    string
	prepare func() (operation func() error, err error)
}

func benchCases(frame func() *data.Frame) []benchCase {
	return []benchCase{
		{"encode", func() (func() error, error) {
			f := frame()
			return func() error { _, err := f.MarshalArrow(); return err }, nil
		}},
		{"decode", func() (func() error, error) {
			encoded, err := frame().MarshalArrow()
			return func() error { _, err := data.UnmarshalArrowFrame(encoded); return err }, err
		}},
		{"write JSON", func() (func() error, error) {
			f := frame()
			return func() error { _, err := data.FrameToJSON(f, data.IncludeAll); return err }, nil
		}},
		// Without encoding/json in front, which a host has and which reads the text once more.
		{"read JSON", func() (func() error, error) {
			encoded, err := data.FrameToJSON(frame(), data.IncludeAll)
			return func() error { return new(data.Frame).UnmarshalJSON(encoded) }, err
		}},
	}
}

// sensors is a table of measurements: every second, rounded values, long values of which each tenth is missing, 100 names.
func sensors(rows int) *data.Frame {
	first := time.Unix(1_700_000_000, 0)
	times := make([]time.Time, rows)
	rounded := make([]float64, rows)
	long := make([]float64, rows)
	missing := make([]*float64, rows)
	names := make([]string, rows)
	for row := range rows {
		times[row] = first.Add(time.Duration(row) * time.Second)
		rounded[row] = float64(row*7919%100_003) / 1000
		long[row] = math.Sin(float64(row)) * 100
		if row%10 != 9 {
			missing[row] = &long[row]
		}
		names[row] = fmt.Sprintf("sensor-%02d", row%100)
	}
	return data.NewFrame("sensors",
		data.NewField("time", nil, times),
		data.NewField("value", data.Labels{"unit": "C"}, rounded),
		data.NewField("maybe", nil, missing),
		data.NewField("sensor", nil, names),
	)
}
