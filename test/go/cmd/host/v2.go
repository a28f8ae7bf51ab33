package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/grafana/grafana-plugin-model/go/datasource"
	"github.com/grafana/grafana-plugin-model/go/renderer"
	"github.com/grafana/grafana-plugin-sdk-go/backend/grpcplugin"
	"github.com/hashicorp/go-plugin"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/types/known/emptypb"
)

// pluginSet has the keys that Grafana uses; a major that nobody serves gets those of 2.
func pluginSet(major int) plugin.PluginSet {
	if major == 1 {
		return plugin.PluginSet{
			"datasource": &datasource.DatasourcePluginImpl{},
			"renderer":   &renderer.RendererPluginImpl{},
		}
	}
	return plugin.PluginSet{
		"admission":   &grpcplugin.AdmissionGRPCPlugin{},
		"conversion":  &grpcplugin.ConversionGRPCPlugin{},
		"data":        &grpcplugin.DataGRPCPlugin{},
		"diagnostics": &grpcplugin.DiagnosticsGRPCPlugin{},
		"resource":    &grpcplugin.ResourceGRPCPlugin{},
		"stream":      &grpcplugin.StreamGRPCPlugin{},
	}
}

// A v2Plugin has the clients that Grafana would dispense.
type v2Plugin struct {
	conn        *grpc.ClientConn
	admission   grpcplugin.AdmissionClient
	conversion  grpcplugin.ConversionClient
	data        grpcplugin.DataClient
	diagnostics grpcplugin.DiagnosticsClient
	resource    grpcplugin.ResourceClient
	stream      grpcplugin.StreamClient
}

func newV2Plugin(client *plugin.GRPCClient) (*v2Plugin, error) {
	p := &v2Plugin{conn: client.Conn}
	err := errors.Join(
		dispense(client, "admission", &p.admission),
		dispense(client, "conversion", &p.conversion),
		dispense(client, "data", &p.data),
		dispense(client, "diagnostics", &p.diagnostics),
		dispense(client, "resource", &p.resource),
		dispense(client, "stream", &p.stream),
	)
	return p, err
}

func dispense[T any](client *plugin.GRPCClient, key string, into *T) error {
	raw, err := client.Dispense(key)
	if err != nil {
		return err
	}
	typed, ok := raw.(T)
	if !ok {
		return fmt.Errorf("%s is dispensed as %T", key, raw)
	}
	*into = typed
	return nil
}

// An rpc is a method that is called by its bare name.
type rpc struct{ service, method string }

var v2RPCs = []rpc{
	{"pluginv2.Data", "QueryData"},
	{"pluginv2.Data", "QueryChunkedData"},
	{"pluginv2.Resource", "CallResource"},
	{"pluginv2.Stream", "SubscribeStream"},
	{"pluginv2.Stream", "RunStream"},
	{"pluginv2.Stream", "PublishStream"},
	{"pluginv2.AdmissionControl", "ValidateAdmission"},
	{"pluginv2.AdmissionControl", "MutateAdmission"},
	{"pluginv2.ResourceConversion", "ConvertObjects"},
}

func (r rpc) unimplemented(conn *grpc.ClientConn) func(context.Context) error {
	return func(ctx context.Context) error {
		err := conn.Invoke(ctx, "/"+r.service+"/"+r.method, &emptypb.Empty{}, &emptypb.Empty{})
		return failsWith(err, codes.Unimplemented)
	}
}

// missingCases are those of a plugin that serves Diagnostics alone.
func (p *v2Plugin) missingCases(extensions bool) []testCase {
	cases := missing(p.conn, v2RPCs)
	if extensions {
		return cases
	}
	return append(cases, missing(p.conn, extensionRPCs)...)
}
