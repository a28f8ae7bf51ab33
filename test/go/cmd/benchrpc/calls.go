package main

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/genproto/pluginv2"
)

// A ran is what a number of callers did.
type ran struct {
	latencies []float64 // microseconds, sorted
	elapsed   time.Duration
}

// As many loads of 16 callers go before what is measured of calls. The Node hosts', too.
const warmUpSlices = 6

// callsLoad is the small call by 1, 16 and 64 callers, after a warm-up that lets a JIT compiler finish: also with the call
// for the figures, for a plugin is called by all of its methods in turn.
func callsLoad(h *host, o options) (figures, error) {
	ctx := context.Background()
	req, err := o.query("small")
	if err != nil {
		return nil, err
	}
	if err := h.check(ctx, req); err != nil {
		return nil, err
	}
	own, plugin, err := h.used(ctx)
	if err != nil {
		return nil, err
	}
	found := figures{"hostIdle": own.Bytes, "pluginIdle": plugin.Bytes}
	for range warmUpSlices {
		if _, err := h.callers(req, 16, o.duration); err != nil {
			return nil, err
		}
		if _, _, err := h.used(ctx); err != nil {
			return nil, err
		}
	}
	for _, callers := range []int{1, 16, 64} {
		ownBefore, pluginBefore, err := h.used(ctx)
		if err != nil {
			return nil, err
		}
		did, err := h.callers(req, callers, o.duration)
		if err != nil {
			return nil, err
		}
		if own, plugin, err = h.used(ctx); err != nil {
			return nil, err
		}
		calls := float64(len(did.latencies))
		set := func(name string, value float64) { found[fmt.Sprintf("%s c%d", name, callers)] = value }
		set("p50", did.percentile(50))
		set("p99", did.percentile(99))
		set("rate", calls/did.elapsed.Seconds())
		set("hostCpu", (own.CPUMicros-ownBefore.CPUMicros)/calls)
		set("pluginCpu", (plugin.CPUMicros-pluginBefore.CPUMicros)/calls)
	}
	found["hostLoaded"], found["pluginLoaded"] = own.Bytes, plugin.Bytes
	return found, nil
}

// callers of one query; see the other callers.
func (h *host) callers(req *pluginv2.QueryDataRequest, count int, duration time.Duration) (ran, error) {
	return callers(func(ctx context.Context) error {
		_, err := h.data.QueryData(ctx, req)
		return err
	}, count, duration)
}

// callers call one after the other, all at the same time. The first error ends it.
func callers(call func(context.Context) error, count int, duration time.Duration) (ran, error) {
	ctx := context.Background()
	began := time.Now()
	end := began.Add(duration)
	latencies := make([][]float64, count)
	errs := make([]error, count)
	var all sync.WaitGroup
	for i := range count {
		all.Go(func() {
			for before := time.Now(); ; {
				if errs[i] = call(ctx); errs[i] != nil {
					return
				}
				after := time.Now()
				latencies[i] = append(latencies[i], float64(after.Sub(before))/1e3)
				if before = after; after.After(end) {
					return
				}
			}
		})
	}
	all.Wait()
	did := ran{slices.Concat(latencies...), time.Since(began)}
	slices.Sort(did.latencies)
	for _, err := range errs {
		if err != nil {
			return did, err
		}
	}
	return did, nil
}

func (r ran) percentile(percent int) float64 {
	return r.latencies[len(r.latencies)*percent/100]
}
