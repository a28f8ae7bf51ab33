package main

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/genproto/pluginv2"
)

// crowdLoad is the small query by ever more callers: memory, and how even the callers come off.
func crowdLoad(h *host, o options) (figures, error) {
	ctx := context.Background()
	req, err := o.query("small")
	if err != nil {
		return nil, err
	}
	if err := h.warmUp(req, o); err != nil {
		return nil, err
	}
	found := figures{}
	for _, callers := range []int{64, 256, 1024} {
		// Until every caller is under way.
		if _, err := h.crowd(req, callers, o.duration/2); err != nil {
			return nil, err
		}
		calls, err := h.crowd(req, callers, o.duration)
		if err != nil {
			return nil, err
		}
		own, plugin, err := h.used(ctx)
		if err != nil {
			return nil, err
		}
		did := ran{slices.Concat(calls...), o.duration}
		slices.Sort(did.latencies)
		fewest, most := len(calls[0]), len(calls[0])
		for _, latencies := range calls {
			fewest, most = min(fewest, len(latencies)), max(most, len(latencies))
		}
		set := func(name string, value float64) { found[fmt.Sprintf("%s c%d", name, callers)] = value }
		set("p50", did.percentile(50))
		set("p99", did.percentile(99))
		set("rate", float64(len(did.latencies))/o.duration.Seconds())
		set("even", float64(fewest)/float64(most))
		set("hostBytes", own.Bytes)
		set("pluginBytes", plugin.Bytes)
	}
	return found, nil
}

// crowd calls by so many callers for so long, and gives the latencies of each. Its last calls count for every caller,
// so that none has done nothing.
func (h *host) crowd(req *pluginv2.QueryDataRequest, count int, duration time.Duration) ([][]float64, error) {
	ctx := context.Background()
	latencies := make([][]float64, count)
	errs := make([]error, count)
	end := time.Now().Add(duration)
	var all sync.WaitGroup
	for i := range count {
		all.Go(func() {
			for before := time.Now(); before.Before(end); {
				if _, errs[i] = h.data.QueryData(ctx, req); errs[i] != nil {
					return
				}
				after := time.Now()
				latencies[i] = append(latencies[i], float64(after.Sub(before))/1e3)
				before = after
			}
		})
	}
	all.Wait()
	for _, err := range errs {
		if err != nil {
			return nil, err
		}
	}
	return latencies, nil
}
