package main

import (
	"context"

	"github.com/grafana/grafana-plugin-sdk-go/backend/grpcplugin"
	"github.com/grafana/grafana-plugin-sdk-go/genproto/pluginv2"
	"github.com/hashicorp/go-plugin"
)

var handshake = plugin.HandshakeConfig{
	MagicCookieKey:   grpcplugin.MagicCookieKey,
	MagicCookieValue: grpcplugin.MagicCookieValue,
}

func plugins(server grpcplugin.DiagnosticsServer) plugin.PluginSet {
	return plugin.PluginSet{"diagnostics": &grpcplugin.DiagnosticsGRPCPlugin{DiagnosticsServer: server}}
}

type diagnostics struct {
	pluginv2.UnimplementedDiagnosticsServer
}

func (*diagnostics) CheckHealth(context.Context, *pluginv2.CheckHealthRequest) (*pluginv2.CheckHealthResponse, error) {
	return &pluginv2.CheckHealthResponse{Status: pluginv2.CheckHealthResponse_OK, Message: "go healthy"}, nil
}
