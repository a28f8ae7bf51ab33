package main

import (
	"math"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/data"
)

var timeEdges = nanoseconds(
	-9223372036854000000, // 1677, the first whole millisecond
	-2208988800000000000, -1000001, -1000000, -999999, -1, 0, 1, 999999, 1000000, 1000001,
	1709987696123000000, 1709987696123456789, 1700000000000000001, 4102444800000000000,
	math.MaxInt64, // 2262
)

func timeCases() []frameCase {
	second := func(row int) bool { return row == 1 }
	extremes := nanoseconds(math.MinInt64, math.MinInt64+1, math.MaxInt64-1, math.MaxInt64)
	whole := nanoseconds(-1000000, 0, 1709987696123000000)
	instant := time.Unix(1709987696, 123456789)
	zones := []time.Time{instant.UTC(), instant.In(time.FixedZone("east", 5*3600+1800)), instant.In(time.FixedZone("west", -8*3600))}
	index := newField("index", make([]int8, 4), nil)
	return []frameCase{
		{"time-extremes-first-column", data.NewFrame("", newField("plain", extremes, nil))},
		{"time-extremes-later-column", data.NewFrame("", index, newField("plain", extremes, nil), newField("nullable", extremes, second))},
		{"time-whole-milliseconds", data.NewFrame("", newField("plain", whole, nil), newField("nullable", whole, second))},
		{"time-some-with-nanoseconds", data.NewFrame("",
			newField("whole", whole, nil), newField("fine", nanoseconds(-1, 1, 2), nil), newField("nullable", nanoseconds(-1, 1, 2), second))},
		{"time-zones", data.NewFrame("", newField("plain", zones, nil), newField("nullable", zones, second))},
		// time.Time{} is in the year 1, which wraps around in nanoseconds; frame JSON has its true milliseconds.
		{"time-go-zero", data.NewFrame("",
			newField("first", make([]time.Time, 2), nil), newField("later", make([]time.Time, 2), nil))},
	}
}

func nanoseconds(ns ...int64) []time.Time {
	times := make([]time.Time, len(ns))
	for i, n := range ns {
		times[i] = time.Unix(0, n)
	}
	return times
}
