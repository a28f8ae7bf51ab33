package main

import (
	"context"
	"fmt"

	"google.golang.org/grpc/metadata"
)

// Headers that the calls of the load have more than none.
const sentHeaders = 100

// metadataLoad is the small query by 16 callers without and with headers: what a header costs each side.
func metadataLoad(h *host, o options) (figures, error) {
	req, err := o.query("small")
	if err != nil {
		return nil, err
	}
	if err := h.warmUp(req, o); err != nil {
		return nil, err
	}
	var pairs []string
	for i := range sentHeaders {
		pairs = append(pairs, fmt.Sprintf("x-header-%d", i), fmt.Sprintf("value of header %d", i))
	}
	var host, plugin [2]float64
	for i, ctx := range []context.Context{
		context.Background(),
		metadata.AppendToOutgoingContext(context.Background(), pairs...),
	} {
		call := func(context.Context) error {
			_, err := h.data.QueryData(ctx, req)
			return err
		}
		if _, err := callers(call, 16, o.duration); err != nil {
			return nil, err
		}
		ownBefore, pluginBefore, err := h.used(context.Background())
		if err != nil {
			return nil, err
		}
		did, err := callers(call, 16, o.duration)
		if err != nil {
			return nil, err
		}
		ownAfter, pluginAfter, err := h.used(context.Background())
		if err != nil {
			return nil, err
		}
		calls := float64(len(did.latencies))
		host[i] = (ownAfter.CPUMicros - ownBefore.CPUMicros) / calls
		plugin[i] = (pluginAfter.CPUMicros - pluginBefore.CPUMicros) / calls
	}
	return figures{
		"hostCpu":   (host[1] - host[0]) / sentHeaders,
		"pluginCpu": (plugin[1] - plugin[0]) / sentHeaders,
	}, nil
}
