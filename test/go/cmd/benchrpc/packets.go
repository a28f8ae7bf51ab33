package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/genproto/pluginv2"
)

// packetsLoad reads a stream of small packets, again and again.
func packetsLoad(h *host, o options) (figures, error) {
	ctx := context.Background()
	req := &pluginv2.RunStreamRequest{}
	if err := o.read("packets", req); err != nil {
		return nil, err
	}
	// Until a JIT compiler is done: plugins live for days.
	if _, err := h.packetRate(ctx, req, 2*o.duration); err != nil {
		return nil, err
	}
	rate, err := h.packetRate(ctx, req, o.duration/2)
	if err != nil {
		return nil, err
	}
	return figures{"rate": rate}, nil
}

// packetRate reads streams one after the other, at least one, and gives packets per second.
func (h *host) packetRate(ctx context.Context, req *pluginv2.RunStreamRequest, duration time.Duration) (float64, error) {
	began, packets := time.Now(), 0
	for packets == 0 || time.Since(began) < duration {
		got, err := h.packets(ctx, req)
		if err != nil {
			return 0, err
		}
		packets += got
	}
	return float64(packets) / time.Since(began).Seconds(), nil
}

func (h *host) packets(ctx context.Context, req *pluginv2.RunStreamRequest) (int, error) {
	var asked task
	if err := json.Unmarshal(req.Data, &asked); err != nil {
		return 0, err
	}
	stream, err := h.stream.RunStream(ctx, req)
	if err != nil {
		return 0, err
	}
	for got := 0; ; got++ {
		_, err := stream.Recv()
		switch {
		case errors.Is(err, io.EOF) && got == asked.Packets:
			return got, nil
		case errors.Is(err, io.EOF):
			return got, fmt.Errorf("expected %d packets, got %d", asked.Packets, got)
		case err != nil:
			return got, err
		}
	}
}
