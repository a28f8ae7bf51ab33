package main

import (
	"context"
	"time"
)

// Mebibytes of the frames, by the names of their requests.
var frameSizes = map[string]float64{"1MB": 1, "16MB": 16, "64MB": 64}

// framesLoad is one caller that asks for big frames.
func framesLoad(h *host, o options) (figures, error) {
	ctx := context.Background()
	found := figures{}
	warmUp, err := o.query("1MB")
	if err != nil {
		return nil, err
	}
	if _, err := h.callers(warmUp, 1, 2*o.duration); err != nil {
		return nil, err
	}
	for _, size := range []string{"1MB", "16MB", "64MB"} {
		req, err := o.query(size)
		if err != nil {
			return nil, err
		}
		if err := h.check(ctx, req); err != nil {
			return nil, err
		}
		if _, err := h.callers(req, 1, o.duration/4); err != nil {
			return nil, err
		}
		did, err := h.callers(req, 1, o.duration/2)
		if err != nil {
			return nil, err
		}
		found["rate "+size] = float64(len(did.latencies)) * frameSizes[size] / did.elapsed.Seconds()
	}
	own, plugin, err := h.used(ctx)
	found["hostLoaded"], found["pluginLoaded"] = own.Bytes, plugin.Bytes
	return found, err
}

// mixedLoad is four callers of small calls beside four that ask for frames of 32 MiB, on one connection.
func mixedLoad(h *host, o options) (figures, error) {
	ctx := context.Background()
	small, err := o.query("small")
	if err != nil {
		return nil, err
	}
	big, err := o.query("32MB")
	if err != nil {
		return nil, err
	}
	if err := h.check(ctx, big); err != nil {
		return nil, err
	}
	if _, err := h.callers(small, 4, o.duration*3/2); err != nil {
		return nil, err
	}
	bigRan := make(chan error, 1)
	bigEnd := 2 * o.duration
	var bigRate float64
	go func() {
		did, err := h.callers(big, 4, bigEnd)
		bigRate = float64(len(did.latencies)) * 32 / did.elapsed.Seconds()
		bigRan <- err
	}()
	// Until all four are under way.
	time.Sleep(o.duration / 10)
	did, err := h.callers(small, 4, bigEnd-o.duration/5)
	if err != nil {
		return nil, err
	}
	if err := <-bigRan; err != nil {
		return nil, err
	}
	return figures{
		"rate": float64(len(did.latencies)) / did.elapsed.Seconds(),
		"p99":  did.percentile(99),
		"big":  bigRate,
	}, nil
}
