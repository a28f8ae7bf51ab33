package main

import (
	"context"
	"errors"
	"time"

	"google.golang.org/grpc/codes"

	"grafana-plugin-protocol.test/peers/sdk/internal/hosting"
)

func (f *fixture) cancelCases() []hosting.Case {
	return []hosting.Case{
		{Name: "cancel QueryData sleep", Run: f.cancelSleep},
		{Name: "deadline QueryData sleep", Run: f.outlastSleep},
	}
}

func (f *fixture) sleep(ctx context.Context) error {
	_, err := f.query(ctx, query("A", `{"do":"sleep"}`))
	return err
}

// cancelSleep leaves a call when its handler has begun, and waits until the plugin has noticed.
func (f *fixture) cancelSleep(ctx context.Context) error {
	before, err := f.counters(ctx)
	if err != nil {
		return err
	}
	leaving, cancel := context.WithCancel(ctx)
	defer cancel()
	ended := make(chan error, 1)
	go func() { ended <- f.sleep(leaving) }()
	if err := f.until(ctx, func(now counters) bool { return now.Slept > before.Slept }); err != nil {
		return err
	}
	cancel()
	return errors.Join(
		hosting.FailsWith(<-ended, codes.Canceled),
		f.until(ctx, func(now counters) bool { return now.Cancelled > before.Cancelled }),
	)
}

// outlastSleep has a call outlast its deadline, and waits until the plugin has noticed. A deadline that passed before
// the handler had begun is tried again with more time.
func (f *fixture) outlastSleep(ctx context.Context) error {
	before, err := f.counters(ctx)
	if err != nil {
		return err
	}
	for after := 150 * time.Millisecond; ; after *= 2 {
		limited, cancel := context.WithTimeout(ctx, after)
		err := f.sleep(limited)
		cancel()
		if err := hosting.FailsWith(err, codes.DeadlineExceeded); err != nil {
			return err
		}
		now, err := f.counters(ctx)
		if err != nil {
			return err
		}
		if now.Slept > before.Slept {
			return f.until(ctx, func(now counters) bool { return now.Cancelled > before.Cancelled })
		}
	}
}

// until asks for the counters again and again until they are as wanted, or the time of the case is over.
func (f *fixture) until(ctx context.Context, wanted func(counters) bool) error {
	for {
		now, err := f.counters(ctx)
		if err != nil || wanted(now) {
			return err
		}
		time.Sleep(10 * time.Millisecond)
	}
}
