// Command plugin is the fixture plugin for old versions of the SDK: what ../../../interop/README.md says, as far as
// the version that it is built against has it.
package main

import (
	"context"
	"fmt"
	"os"
	"sync/atomic"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/prometheus/client_golang/prometheus"
)

// A fixture holds the handlers and what the resource `state` tells about them.
type fixture struct {
	cancelled atomic.Int64
	running   atomic.Int64
	slept     atomic.Int64
	calls     prometheus.Counter
}

func main() {
	f := &fixture{calls: prometheus.NewCounter(prometheus.CounterOpts{
		Name: "fixture_calls_total",
		Help: "Calls of QueryData.",
	})}
	prometheus.MustRegister(f.calls)
	opts := backend.ServeOpts{CheckHealthHandler: f, CallResourceHandler: f, QueryDataHandler: f}
	addStreams(&opts, f)
	// Manage, which plugins call today, came later.
	if err := backend.Serve(opts); err != nil {
		fmt.Fprintln(os.Stderr, "fixture plugin:", err)
		os.Exit(1)
	}
}

// untilCancelled waits until the caller has gone or its deadline has passed.
func (f *fixture) untilCancelled(ctx context.Context) error {
	<-ctx.Done()
	f.cancelled.Add(1)
	return ctx.Err()
}

func (f *fixture) CheckHealth(_ context.Context, req *backend.CheckHealthRequest) (*backend.CheckHealthResult, error) {
	if headers, ok := known[map[string]string](req, "Headers"); ok && headers["http_X-Health"] == "error" {
		return &backend.CheckHealthResult{Status: backend.HealthStatusError, Message: "fixture ill"}, nil
	}
	return &backend.CheckHealthResult{
		Status:      backend.HealthStatusOk,
		Message:     "fixture healthy",
		JSONDetails: []byte(`{"major":2}`),
	}, nil
}
