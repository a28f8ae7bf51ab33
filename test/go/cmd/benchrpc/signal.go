package main

import (
	"context"

	"github.com/grafana/grafana-plugin-sdk-go/genproto/pluginv2"
)

// signalLoad is README's query by 16 callers, and what a call of it costs the plugin.
func signalLoad(h *host, o options) (figures, error) {
	ctx := context.Background()
	req, err := o.query("readme")
	if err != nil {
		return nil, err
	}
	if err := h.warmUp(req, o); err != nil {
		return nil, err
	}
	_, before, err := h.used(ctx)
	if err != nil {
		return nil, err
	}
	did, err := h.callers(req, 16, 2*o.duration)
	if err != nil {
		return nil, err
	}
	_, after, err := h.used(ctx)
	calls := float64(len(did.latencies))
	return figures{
		"rate":      calls / did.elapsed.Seconds(),
		"pluginCpu": (after.CPUMicros - before.CPUMicros) / calls,
	}, err
}

// warmUp is what goes before measured calls.
func (h *host) warmUp(req *pluginv2.QueryDataRequest, o options) error {
	for range 3 {
		if _, err := h.callers(req, 16, o.duration); err != nil {
			return err
		}
		if _, _, err := h.used(context.Background()); err != nil {
			return err
		}
	}
	return nil
}
