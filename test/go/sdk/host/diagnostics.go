package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/grafana/grafana-plugin-sdk-go/genproto/pluginv2"

	"grafana-plugin-protocol.test/peers/sdk/internal/hosting"
)

func (f *fixture) diagnosticsCases() []hosting.Case {
	return []hosting.Case{
		{Name: "CheckHealth OK", Run: f.healthy},
		{Name: "CollectMetrics", Run: f.metrics},
	}
}

func (f *fixture) healthy(ctx context.Context) error {
	got, err := f.diagnostics.CheckHealth(ctx, &pluginv2.CheckHealthRequest{PluginContext: pluginContext()})
	return errors.Join(err,
		hosting.Same("status", pluginv2.CheckHealthResponse_OK, got.GetStatus()),
		hosting.Same("message", "fixture healthy", got.GetMessage()),
		hosting.Same("jsonDetails", `{"major":2}`, string(got.GetJsonDetails())),
	)
}

func (f *fixture) metrics(ctx context.Context) error {
	const line = "# TYPE fixture_calls_total counter\n"
	got, err := f.diagnostics.CollectMetrics(ctx, &pluginv2.CollectMetricsRequest{})
	if text := string(got.GetMetrics().GetPrometheus()); err == nil && !strings.Contains(text, line) {
		err = fmt.Errorf("expected the line %q, got %q", line, text)
	}
	return err
}
