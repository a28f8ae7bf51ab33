package main

import (
	"fmt"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/grafana/grafana-plugin-sdk-go/data"
	"github.com/grafana/grafana-plugin-sdk-go/data/sqlutil"
)

// A span is a range and an interval in nanoseconds, as decimal texts.
type span struct {
	From     string `json:"from"`
	To       string `json:"to"`
	Interval string `json:"interval"`
	between  backend.TimeRange
	step     time.Duration
}

// every gives a span in seconds after the start.
func every(from, to int, step time.Duration) *span {
	between := backend.TimeRange{From: at(from)[0], To: at(to)[0]}
	return &span{
		From:     fmt.Sprint(between.From.UnixNano()),
		To:       fmt.Sprint(between.To.UnixNano()),
		Interval: fmt.Sprint(step.Nanoseconds()),
		between:  between,
		step:     step,
	}
}

func resampled(input *data.Frame, options seriesOptions) (*data.Frame, error) {
	var missing *data.FillMissing
	if options.Fill != nil {
		missing = &options.Fill.sdk
	}
	return sqlutil.ResampleWideFrame(input, missing, options.Span.between, options.Span.step)
}

// resampleCases has nullable values: the SDK cannot put a missing value into a field that is not.
func resampleCases() []seriesCase {
	none := func(int) bool { return false }
	second := func(row int) bool { return row == 1 }
	gaps := func(null func(int) bool) *data.Frame {
		return data.NewFrame("gaps",
			newField("time", at(0, 4, 5, 30, 31, 70), nil),
			newField("float", []float64{1.5, 2.5, 3.5, 4.5, 5.5, 6.5}, null),
			newField("int", []int64{1, 2, 3, 4, 5, 6}, null),
			newField("when", at(1, 2, 3, 4, 5, 6), null))
	}
	fills := []struct {
		name string
		fill *fill
	}{{"none", nil}, {"null", fillNull}, {"previous", fillPrevious}}
	spans := []struct {
		name string
		span *span
	}{
		{"same-range", every(0, 70, 10*time.Second)},
		{"before-and-after", every(-25, 105, 10*time.Second)},
		{"inside", every(3, 33, 10*time.Second)},
		{"coarse", every(0, 120, time.Minute)},
		{"fine", every(0, 6, 500*time.Millisecond)},
		{"after-all", every(200, 230, 10*time.Second)},
		{"before-all", every(-230, -200, 10*time.Second)},
		{"end-not-met", every(0, 35, 20*time.Second)},
		{"backwards", every(10, 0, time.Second)},
	}
	var cases []seriesCase
	for _, f := range fills {
		for _, s := range spans {
			options := seriesOptions{Fill: f.fill, Span: s.span}
			cases = append(cases,
				seriesCase{"resample-" + f.name + "-" + s.name, "resample", options, gaps(none)},
				seriesCase{"resample-" + f.name + "-" + s.name + "-with-null", "resample", options, gaps(second)})
		}
	}
	numbers := func(null func(int) bool) *data.Frame {
		return data.NewFrame("numbers",
			newField("time", at(0, 30), nil),
			labelled("float", data.Labels{"host": "a"}, 1, 2), newField("int8", []int8{1, 2}, null), newField("uint64", []uint64{1, 2}, null))
	}
	options := func(f *fill) seriesOptions { return seriesOptions{Fill: f, Span: every(0, 30, 10*time.Second)} }
	withMeta := numbers(none).SetMeta(&data.FrameMeta{ExecutedQueryString: "select"})
	return append(cases,
		seriesCase{"resample-value-plain", "resample", options(fillValue(2.9)), numbers(nil)},
		seriesCase{"resample-value-nullable", "resample", options(fillValue(2.9)), numbers(none)},
		seriesCase{"resample-meta-kept", "resample", options(fillValue(0)), withMeta},
		seriesCase{"resample-nullable-time", "resample", options(fillNull),
			data.NewFrame("", newField("time", at(0, 30), none), newField("v", []float64{1, 2}, none))},
		seriesCase{"resample-no-rows", "resample", options(fillNull),
			data.NewFrame("", newField("time", at(), nil), newField("v", []float64{}, none))},
		seriesCase{"resample-error-not-series", "resample", options(fillNull), data.NewFrame("", labelled("v", nil, 1))},
		seriesCase{"resample-error-null-time", "resample", options(fillNull),
			data.NewFrame("", newField("time", at(0, 30), second), newField("v", []float64{1, 2}, none))})
}
