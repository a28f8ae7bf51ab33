//go:build streams

package main

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"

	"grafana-plugin-protocol.test/peers/internal/canonical"
)

func addStreams(opts *backend.ServeOpts, f *fixture) {
	opts.StreamHandler = f
}

func (f *fixture) SubscribeStream(_ context.Context, req *backend.SubscribeStreamRequest) (*backend.SubscribeStreamResponse, error) {
	switch {
	case strings.HasPrefix(req.Path, "ok"):
		initial, err := backend.NewInitialData(canonical.JSON(canonical.Object{"path": req.Path}))
		return &backend.SubscribeStreamResponse{Status: backend.SubscribeStreamStatusOK, InitialData: initial}, err
	case req.Path == "missing":
		return &backend.SubscribeStreamResponse{Status: backend.SubscribeStreamStatusNotFound}, nil
	default:
		return &backend.SubscribeStreamResponse{Status: backend.SubscribeStreamStatusPermissionDenied}, nil
	}
}

func (f *fixture) PublishStream(_ context.Context, req *backend.PublishStreamRequest) (*backend.PublishStreamResponse, error) {
	switch req.Path {
	case "ok":
		return &backend.PublishStreamResponse{Status: backend.PublishStreamStatusOK, Data: req.Data}, nil
	case "missing":
		return &backend.PublishStreamResponse{Status: backend.PublishStreamStatusNotFound}, nil
	default:
		return &backend.PublishStreamResponse{Status: backend.PublishStreamStatusPermissionDenied}, nil
	}
}

func (f *fixture) RunStream(ctx context.Context, req *backend.RunStreamRequest, sender *backend.StreamSender) error {
	f.running.Add(1)
	defer f.running.Add(-1)
	kind, argument, _ := strings.Cut(req.Path, "/")
	switch kind {
	case "count":
		n, err := strconv.Atoi(argument)
		for i := 0; err == nil && i < n; i++ {
			err = sendPacket(sender, i)
		}
		return err
	case "forever", "ok":
		return f.sendForever(ctx, sender)
	case "fail":
		return errors.Join(sendPacket(sender, 0), errors.New("stream broke"))
	default:
		return fmt.Errorf("unknown stream %q", req.Path)
	}
}

func (f *fixture) sendForever(ctx context.Context, sender *backend.StreamSender) error {
	ticker := time.NewTicker(10 * time.Millisecond)
	defer ticker.Stop()
	// A send fails when the caller has gone.
	for i := 0; sendPacket(sender, i) == nil; i++ {
		select {
		case <-ctx.Done():
		case <-ticker.C:
		}
	}
	return f.untilCancelled(ctx)
}

func sendPacket(sender *backend.StreamSender, i int) error {
	return sender.SendJSON(canonical.JSON(canonical.Object{"n": i}))
}
