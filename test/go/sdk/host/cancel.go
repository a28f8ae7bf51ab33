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
		{Name: "cancel QueryData sleep", Run: func(ctx context.Context) error {
			leaving, cancel := context.WithCancel(ctx)
			time.AfterFunc(100*time.Millisecond, cancel)
			return f.sleep(ctx, leaving, codes.Canceled)
		}},
		{Name: "deadline QueryData sleep", Run: func(ctx context.Context) error {
			limited, cancel := context.WithTimeout(ctx, 150*time.Millisecond)
			defer cancel()
			return f.sleep(ctx, limited, codes.DeadlineExceeded)
		}},
	}
}

// sleep calls what ends by the caller alone, and waits until the plugin has noticed.
func (f *fixture) sleep(ctx, limited context.Context, want codes.Code) error {
	before, errBefore := f.cancelledSoFar(ctx)
	_, err := f.query(limited, query("A", `{"do":"sleep"}`))
	if err := errors.Join(errBefore, hosting.FailsWith(err, want)); err != nil {
		return err
	}
	for {
		now, err := f.cancelledSoFar(ctx)
		if err != nil || now > before {
			return err
		}
		time.Sleep(10 * time.Millisecond)
	}
}
