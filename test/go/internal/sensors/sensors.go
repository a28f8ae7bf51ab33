// Package sensors makes the data frames of the benchmarks.
package sensors

import (
	"fmt"
	"math"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/data"
)

var first = time.Unix(1_700_000_000, 0)

// Frame is a table of measurements: every second, rounded values, long values of which each tenth is missing, 100 names.
func Frame(rows int) *data.Frame {
	rounded := make([]float64, rows)
	long := make([]float64, rows)
	missing := make([]*float64, rows)
	names := make([]string, rows)
	for row := range rows {
		rounded[row] = float64(row*7919%100_003) / 1000
		long[row] = math.Sin(float64(row)) * 100
		if row%10 != 9 {
			missing[row] = &long[row]
		}
		names[row] = fmt.Sprintf("sensor-%02d", row%100)
	}
	return data.NewFrame("sensors",
		data.NewField("time", nil, seconds(rows)),
		data.NewField("value", data.Labels{"unit": "C"}, rounded),
		data.NewField("maybe", nil, missing),
		data.NewField("sensor", nil, names),
	)
}

// Wide is a frame of so many fields of rounded values. The first one has the times when there are several.
func Wide(fields, rows int) *data.Frame {
	made := make([]*data.Field, fields)
	for i := range made {
		if i == 0 && fields > 1 {
			made[i] = data.NewField("time", nil, seconds(rows))
			continue
		}
		values := make([]float64, rows)
		for row := range values {
			values[row] = float64((i*rows+row)*7919%100_003) / 1000
		}
		made[i] = data.NewField(fmt.Sprintf("value-%d", i), nil, values)
	}
	return data.NewFrame("wide", made...)
}

func seconds(rows int) []time.Time {
	times := make([]time.Time, rows)
	for row := range times {
		times[row] = first.Add(time.Duration(row) * time.Second)
	}
	return times
}
