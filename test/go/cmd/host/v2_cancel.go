package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"grafana-plugin-protocol.test/peers/internal/values"
)

func (p *v2Plugin) cancelCases() []testCase {
	return []testCase{
		{"cancel QueryData sleep", p.cancelSleep},
		{"deadline QueryData sleep", p.outlastSleep},
		{"cancel CallResource slow", p.cancelSlow},
		{"cancel RunStream forever", p.cancelForever},
	}
}

func (p *v2Plugin) sleep(ctx context.Context) error {
	_, err := p.data.QueryData(ctx, queryRequest(asArrow, values.Query("A", `{"do":"sleep"}`)))
	return err
}

// cancelSleep leaves a call when its handler has begun, and expects that the plugin notices.
func (p *v2Plugin) cancelSleep(ctx context.Context) error {
	before, err := p.counters(ctx)
	if err != nil {
		return err
	}
	leaving, cancel := context.WithCancel(ctx)
	defer cancel()
	ended := make(chan error, 1)
	go func() { ended <- p.sleep(leaving) }()
	if err := p.until(ctx, func(now counters) bool { return now.Slept > before.Slept }); err != nil {
		return err
	}
	cancel()
	return errors.Join(
		endedBy(<-ended, codes.Canceled),
		p.until(ctx, func(now counters) bool { return now.Cancelled > before.Cancelled }),
	)
}

// outlastSleep has a call outlast its deadline, and expects that the plugin notices. A deadline that passed before the
// handler had begun is tried again with more time.
func (p *v2Plugin) outlastSleep(ctx context.Context) error {
	before, err := p.counters(ctx)
	if err != nil {
		return err
	}
	for after := 150 * time.Millisecond; ; after *= 2 {
		limited, cancel := context.WithTimeout(ctx, after)
		err := p.sleep(limited)
		cancel()
		if err := endedBy(err, codes.DeadlineExceeded); err != nil {
			return err
		}
		now, err := p.counters(ctx)
		if err != nil {
			return err
		}
		if now.Slept > before.Slept {
			return p.until(ctx, func(now counters) bool { return now.Cancelled > before.Cancelled })
		}
	}
}

// until asks for the counters again and again until they are as wanted, or the time of the case is over.
func (p *v2Plugin) until(ctx context.Context, wanted func(counters) bool) error {
	for {
		now, err := p.counters(ctx)
		if err != nil || wanted(now) {
			return err
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("expected that the plugin counts the begin or the end of a call, got %+v", now)
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// cancelSlow leaves a resource call after its first message.
func (p *v2Plugin) cancelSlow(ctx context.Context) error {
	before, err := p.counters(ctx)
	if err != nil {
		return err
	}
	leaving, cancel := context.WithCancel(ctx)
	defer cancel()
	stream, err := p.resource.CallResource(leaving, resourceRequest("slow", "slow"))
	if err != nil {
		return err
	}
	first, err := stream.Recv()
	if err := errors.Join(err, same("code", 200, first.GetCode()), sameText("body", "one", first.GetBody())); err != nil {
		return err
	}
	cancel()
	_, err = stream.Recv()
	return errors.Join(
		failsWith(err, codes.Canceled),
		p.until(ctx, func(now counters) bool { return now.Cancelled > before.Cancelled }),
	)
}

// cancelForever leaves a stream after three packets; while it is open the plugin counts it as running.
func (p *v2Plugin) cancelForever(ctx context.Context) error {
	before, err := p.counters(ctx)
	if err != nil {
		return err
	}
	leaving, cancel := context.WithCancel(ctx)
	defer cancel()
	stream, err := p.stream.RunStream(leaving, runRequest("forever"))
	if err != nil {
		return err
	}
	for i := range 3 {
		packet, err := stream.Recv()
		if err := errors.Join(err, samePacket(i, packet)); err != nil {
			return err
		}
	}
	during, err := p.counters(ctx)
	if err := errors.Join(err, same("running", before.Running+1, during.Running)); err != nil {
		return err
	}
	cancel()
	return p.until(ctx, func(now counters) bool {
		return now.Cancelled > before.Cancelled && now.Running == before.Running
	})
}

// endedBy expects the code of an ended call. When the plugin's own clock ends a call first, the SDK answers with the
// context's error as a text and code Unknown.
func endedBy(err error, want codes.Code) error {
	if want == codes.DeadlineExceeded && status.Code(err) == codes.Unknown && strings.Contains(err.Error(), context.DeadlineExceeded.Error()) {
		return nil
	}
	return failsWith(err, want)
}
