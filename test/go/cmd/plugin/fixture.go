package main

import (
	"context"
	"sync/atomic"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/prometheus/client_golang/prometheus"
)

// A fixture holds the handlers of major 2 and what the resource `state` tells about them.
type fixture struct {
	cancelled atomic.Int64
	running   atomic.Int64
	slept     atomic.Int64
	calls     prometheus.Counter
}

func newFixture() *fixture {
	calls := prometheus.NewCounter(prometheus.CounterOpts{
		Name: "fixture_calls_total",
		Help: "Calls of QueryData.",
	})
	// The SDK answers CollectMetrics from the default registry.
	prometheus.MustRegister(calls)
	return &fixture{calls: calls}
}

// untilCancelled waits until the caller has gone or its deadline has passed.
func (f *fixture) untilCancelled(ctx context.Context) error {
	<-ctx.Done()
	f.cancelled.Add(1)
	return ctx.Err()
}

func (f *fixture) CheckHealth(_ context.Context, req *backend.CheckHealthRequest) (*backend.CheckHealthResult, error) {
	if req.GetHTTPHeader("X-Health") == "error" {
		return &backend.CheckHealthResult{Status: backend.HealthStatusError, Message: "fixture ill"}, nil
	}
	return &backend.CheckHealthResult{
		Status:      backend.HealthStatusOk,
		Message:     "fixture healthy",
		JSONDetails: []byte(`{"major":2}`),
	}, nil
}
