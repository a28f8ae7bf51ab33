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
		{"cancel QueryData sleep", func(ctx context.Context) error {
			return p.sleep(ctx, codes.Canceled, func(ctx context.Context, after time.Duration) (context.Context, context.CancelFunc) {
				ctx, cancel := context.WithCancel(ctx)
				time.AfterFunc(after, cancel)
				return ctx, cancel
			})
		}},
		{"deadline QueryData sleep", func(ctx context.Context) error {
			return p.sleep(ctx, codes.DeadlineExceeded, context.WithTimeout)
		}},
		{"cancel CallResource slow", p.cancelSlow},
		{"cancel RunStream forever", p.cancelForever},
	}
}

// sleep ends a sleeping call and expects that the plugin notices. Nothing tells the host that the handler has begun,
// so a call that ended before it is tried again with more time.
func (p *v2Plugin) sleep(ctx context.Context, want codes.Code, ending func(context.Context, time.Duration) (context.Context, context.CancelFunc)) error {
	before, err := p.counters(ctx)
	if err != nil {
		return err
	}
	for after := 100 * time.Millisecond; ; after *= 2 {
		ending, cancel := ending(ctx, after)
		_, err := p.data.QueryData(ending, queryRequest(asArrow, values.Query("A", `{"do":"sleep"}`)))
		cancel()
		if err := endedBy(err, want); err != nil {
			return err
		}
		err = p.until(ctx, func(now counters) bool { return now.Cancelled > before.Cancelled })
		if err == nil || after > time.Second {
			return err
		}
	}
}

// until asks for the counters again and again, for about two seconds, until they are as wanted.
func (p *v2Plugin) until(ctx context.Context, wanted func(counters) bool) error {
	var now counters
	for range 100 {
		var err error
		if now, err = p.counters(ctx); err != nil {
			return err
		}
		if wanted(now) {
			return nil
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(20 * time.Millisecond):
		}
	}
	return fmt.Errorf("expected that the plugin counts the end of the call, got %+v", now)
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
