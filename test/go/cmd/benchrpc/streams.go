package main

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/genproto/pluginv2"

	"grafana-plugin-protocol.test/peers/internal/usage"
)

// streamsLoad reads one, a hundred and a thousand streams of packets, as fast as they come.
func streamsLoad(h *host, o options) (figures, error) {
	req := &pluginv2.RunStreamRequest{}
	if err := o.read("endless", req); err != nil {
		return nil, err
	}
	found := figures{}
	for _, count := range []int{1, 100, 1000} {
		did, err := h.readStreams(req, count, o.duration)
		if err != nil {
			return nil, err
		}
		for name, value := range did {
			found[fmt.Sprintf("%s s%d", name, count)] = value
		}
	}
	return found, nil
}

// A reader is one stream's packets within the measured time.
type reader struct {
	packets int
	last    time.Time
	longest time.Duration
	err     error
}

// readStreams begins to measure when each stream has had a packet, and half of the duration later.
func (h *host) readStreams(req *pluginv2.RunStreamRequest, count int, duration time.Duration) (figures, error) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	var measuring, seen atomic.Bool
	var all, first sync.WaitGroup
	readers := make([]reader, count)
	first.Add(count)
	for i := range readers {
		all.Go(func() { h.readStream(ctx, req, &readers[i], &measuring, &seen, first.Done) })
	}
	first.Wait()
	time.Sleep(duration / 2)
	_, pluginBefore, err := h.used(ctx)
	if err != nil {
		return nil, err
	}
	// Not what an answer with usage waits for behind packets.
	ownBefore, err := usage.Current()
	if err != nil {
		return nil, err
	}
	began := time.Now()
	measuring.Store(true)
	time.Sleep(duration)
	// On a machine that is too busy for one packet.
	for !seen.Load() {
		time.Sleep(time.Millisecond)
	}
	measuring.Store(false)
	end := time.Now()
	own, err := usage.Current()
	if err != nil {
		return nil, err
	}
	_, plugin, err := h.used(ctx)
	if err != nil {
		return nil, err
	}
	cancel()
	all.Wait()
	packets, fewest, most, longest := 0, readers[0].packets, readers[0].packets, time.Duration(0)
	for _, r := range readers {
		if r.err != nil {
			return nil, r.err
		}
		if r.last.IsZero() {
			r.last = began
		}
		packets += r.packets
		fewest, most = min(fewest, r.packets), max(most, r.packets)
		longest = max(longest, r.longest, end.Sub(r.last))
	}
	return figures{
		"rate":        float64(packets) / end.Sub(began).Seconds(),
		"even":        float64(fewest) / float64(most),
		"gap":         longest.Seconds() * 1e3,
		"hostCpu":     (own.CPUMicros - ownBefore.CPUMicros) / float64(packets),
		"pluginCpu":   (plugin.CPUMicros - pluginBefore.CPUMicros) / float64(packets),
		"hostBytes":   own.Bytes,
		"pluginBytes": plugin.Bytes,
	}, nil
}

func (h *host) readStream(ctx context.Context, req *pluginv2.RunStreamRequest, r *reader, measuring, seen *atomic.Bool, onFirst func()) {
	fail := func(err error) {
		if ctx.Err() == nil {
			r.err = err
		}
		if onFirst != nil {
			onFirst()
		}
	}
	stream, err := h.stream.RunStream(ctx, req)
	if err != nil {
		fail(err)
		return
	}
	for {
		if _, err := stream.Recv(); err != nil {
			fail(err)
			return
		}
		if onFirst != nil {
			onFirst()
			onFirst = nil
		}
		if !measuring.Load() {
			continue
		}
		now := time.Now()
		if !r.last.IsZero() {
			r.longest = max(r.longest, now.Sub(r.last))
		}
		r.last = now
		r.packets++
		if !seen.Load() {
			seen.Store(true)
		}
	}
}
