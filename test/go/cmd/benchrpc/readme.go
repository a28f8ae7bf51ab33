package main

import (
	"context"
	"fmt"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/data"
)

var readmeTimes = []time.Time{
	time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC),
	time.Date(2026, 1, 2, 0, 0, 0, 0, time.UTC),
}

// readmeFrame is the frame of README's plugin, which encodes it for each query.
var readmeFrame = data.NewFrame("", data.NewField("time", nil, readmeTimes), data.NewField("value", nil, []float64{1, 2.5})).SetRefID("A")

// readmeLoad is what README's host and README's plugin do: the host reads the frames, the plugin encodes them.
func readmeLoad(h *host, o options) (figures, error) {
	req, err := o.query("readme")
	if err != nil {
		return nil, err
	}
	call := func(ctx context.Context) error {
		answer, err := h.data.QueryData(ctx, req)
		if err != nil {
			return err
		}
		frames, err := data.UnmarshalArrowFrames(answer.Responses["A"].GetFrames())
		if err != nil {
			return err
		}
		if len(frames) != 1 || frames[0].Rows() != len(readmeTimes) {
			return fmt.Errorf("expected README's frame, got %d frames", len(frames))
		}
		return nil
	}
	for range warmUpSlices {
		if _, err := callers(call, 16, o.duration); err != nil {
			return nil, err
		}
	}
	found := figures{}
	for _, count := range []int{1, 16} {
		did, err := callers(call, count, o.duration)
		if err != nil {
			return nil, err
		}
		found[fmt.Sprintf("p50 c%d", count)] = did.percentile(50)
		found[fmt.Sprintf("rate c%d", count)] = float64(len(did.latencies)) / did.elapsed.Seconds()
	}
	return found, nil
}
