package main

import (
	"context"
	"fmt"
	"sync/atomic"
	"time"
)

// The answers beside which the load calls, by the names of their requests.
var largeAnswers = []string{"rows", "bytes", "frames"}

// besideLoad is a caller of the small query beside one of large answers, whose frames the plugin encodes each time.
func besideLoad(h *host, o options) (figures, error) {
	small, err := o.query("small")
	if err != nil {
		return nil, err
	}
	found := figures{}
	for _, name := range largeAnswers {
		large, err := o.query("large-" + name)
		if err != nil {
			return nil, err
		}
		if err := h.warmUp(small, o); err != nil {
			return nil, err
		}
		// The frame is made for the first call, and code compiled in those that follow.
		if _, err := h.callers(large, 1, o.duration); err != nil {
			return nil, err
		}
		var isOver atomic.Bool
		var waits ran
		smallEnded := make(chan error, 1)
		go func() {
			var err error
			waits, err = callers(func(ctx context.Context) error {
				_, err := h.data.QueryData(ctx, small)
				return err
			}, 1, 2*o.duration)
			isOver.Store(true)
			smallEnded <- err
		}()
		began, calls := time.Now(), 0
		for ; !isOver.Load(); calls++ {
			if _, err := h.data.QueryData(context.Background(), large); err != nil {
				return nil, fmt.Errorf("large-%s: %w", name, err)
			}
		}
		elapsed := time.Since(began)
		if err := <-smallEnded; err != nil {
			return nil, err
		}
		found["longest "+name] = waits.latencies[len(waits.latencies)-1] / 1e3
		found["rate "+name] = float64(calls) / elapsed.Seconds()
	}
	return found, nil
}
