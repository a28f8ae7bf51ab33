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
	// A warm-up.
	if _, err := h.packets(ctx, req); err != nil {
		return nil, err
	}
	began, packets := time.Now(), 0
	for packets == 0 || time.Since(began) < o.duration/2 {
		got, err := h.packets(ctx, req)
		if err != nil {
			return nil, err
		}
		packets += got
	}
	return figures{"rate": float64(packets) / time.Since(began).Seconds()}, nil
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
