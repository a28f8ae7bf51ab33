package main

import (
	"maps"
	"sync/atomic"

	"github.com/grafana/grafana-plugin-model/go/datasource"
	"github.com/grafana/grafana-plugin-model/go/renderer"
	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/grafana/grafana-plugin-sdk-go/backend/grpcplugin"
	"github.com/grpc-ecosystem/go-grpc-middleware/v2/interceptors/recovery"
	"github.com/hashicorp/go-plugin"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

func v1Plugins() plugin.PluginSet {
	slept := &atomic.Int64{}
	return plugin.PluginSet{
		"datasource": &datasource.DatasourcePluginImpl{Plugin: v1Datasource{slept}},
		"renderer":   &renderer.RendererPluginImpl{Plugin: v1Renderer{slept}},
	}
}

// v2Plugins is the set that backend.Manage would serve, for an executable that also serves major 1:
// the SDK's own entry knows major 2 alone.
func v2Plugins(opts backend.ServeOpts) (plugin.PluginSet, error) {
	opts.HandlerMiddlewares = []backend.HandlerMiddleware{backend.NewErrorSourceMiddleware()}
	servers, err := backend.GRPCServeOpts(opts)
	if err != nil {
		return nil, err
	}
	set := plugin.PluginSet{"diagnostics": &grpcplugin.DiagnosticsGRPCPlugin{DiagnosticsServer: servers.DiagnosticsServer}}
	if servers.DataServer != nil {
		set["data"] = &grpcplugin.DataGRPCPlugin{DataServer: servers.DataServer}
	}
	if servers.ResourceServer != nil {
		set["resource"] = &grpcplugin.ResourceGRPCPlugin{ResourceServer: servers.ResourceServer}
	}
	if servers.StreamServer != nil {
		set["stream"] = &grpcplugin.StreamGRPCPlugin{StreamServer: servers.StreamServer}
	}
	if servers.AdmissionServer != nil {
		set["admission"] = &grpcplugin.AdmissionGRPCPlugin{AdmissionServer: servers.AdmissionServer}
	}
	if servers.ConversionServer != nil {
		set["conversion"] = &grpcplugin.ConversionGRPCPlugin{ConversionServer: servers.ConversionServer}
	}
	maps.Copy(set, servers.ExtraPlugins)
	return set, nil
}

// serveVersioned lets go-plugin choose the major; v2 may be nil.
func serveVersioned(v1, v2 plugin.PluginSet) {
	sets := map[int]plugin.PluginSet{1: v1}
	if v2 != nil {
		sets[2] = v2
	}
	plugin.Serve(&plugin.ServeConfig{
		HandshakeConfig: plugin.HandshakeConfig{
			MagicCookieKey:   grpcplugin.MagicCookieKey,
			MagicCookieValue: grpcplugin.MagicCookieValue,
		},
		VersionedPlugins: sets,
		GRPCServer:       newServer,
	})
}

// newServer has the SDK's limit of 16 MiB a message, and turns a panic into code Unknown as the SDK does.
func newServer(options []grpc.ServerOption) *grpc.Server {
	asUnknown := recovery.WithRecoveryHandler(func(cause any) error {
		return status.Errorf(codes.Unknown, "panic triggered: %v", cause)
	})
	return grpc.NewServer(append(options,
		grpc.MaxRecvMsgSize(16<<20),
		grpc.ChainUnaryInterceptor(recovery.UnaryServerInterceptor(asUnknown)),
		grpc.ChainStreamInterceptor(recovery.StreamServerInterceptor(asUnknown)),
	)...)
}
