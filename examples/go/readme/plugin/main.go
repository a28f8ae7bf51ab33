// A plugin that is healthy.
package main

import (
	"context"

	gpp "github.com/grafana-plugin-protocol/grafana-plugin-protocol/packages/go"
	"github.com/grafana/grafana-plugin-sdk-go/genproto/pluginv2"
)

type diagnostics struct{}

func (diagnostics) CheckHealth(context.Context, *pluginv2.CheckHealthRequest) (*pluginv2.CheckHealthResponse, error) {
	return &pluginv2.CheckHealthResponse{Status: pluginv2.CheckHealthResponse_OK, Message: "it works"}, nil
}

func (diagnostics) CollectMetrics(
	context.Context, *pluginv2.CollectMetricsRequest,
) (*pluginv2.CollectMetricsResponse, error) {
	return &pluginv2.CollectMetricsResponse{}, nil
}

func main() {
	gpp.Serve(gpp.V2{Diagnostics: diagnostics{}})
}
