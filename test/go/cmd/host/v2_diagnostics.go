package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"

	"github.com/grafana/grafana-plugin-sdk-go/genproto/pluginv2"

	"grafana-plugin-protocol.test/peers/internal/values"
)

func (p *v2Plugin) diagnosticsCases() []testCase {
	return []testCase{
		{"CheckHealth OK", func(ctx context.Context) error {
			got, err := p.diagnostics.CheckHealth(ctx, &pluginv2.CheckHealthRequest{PluginContext: values.PluginContext()})
			return errors.Join(err,
				same("status", pluginv2.CheckHealthResponse_OK, got.GetStatus()),
				same("message", "fixture healthy", got.GetMessage()),
				sameText("jsonDetails", `{"major":2}`, got.GetJsonDetails()),
			)
		}},
		{"CheckHealth ERROR", func(ctx context.Context) error {
			got, err := p.diagnostics.CheckHealth(ctx, &pluginv2.CheckHealthRequest{
				PluginContext: values.PluginContext(),
				Headers:       map[string]string{"http_X-Health": "error"},
			})
			return errors.Join(err,
				same("status", pluginv2.CheckHealthResponse_ERROR, got.GetStatus()),
				same("message", "fixture ill", got.GetMessage()),
			)
		}},
		{"CollectMetrics", p.collectMetrics(&pluginv2.CollectMetricsRequest{PluginContext: values.PluginContext()})},
		{"CollectMetrics without a context", p.collectMetrics(&pluginv2.CollectMetricsRequest{})},
	}
}

func (p *v2Plugin) collectMetrics(req *pluginv2.CollectMetricsRequest) func(context.Context) error {
	const line = "# TYPE fixture_calls_total counter\n"
	return func(ctx context.Context) error {
		got, err := p.diagnostics.CollectMetrics(ctx, req)
		if err != nil {
			return err
		}
		if text := got.GetMetrics().GetPrometheus(); !bytes.Contains(text, []byte(line)) {
			return fmt.Errorf("expected the line %q, got %q", line, text)
		}
		return nil
	}
}
