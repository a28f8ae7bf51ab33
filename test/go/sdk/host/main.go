// Command host runs the interop cases of major 2 that every version of the SDK has against one plugin.
package main

import (
	"errors"

	"github.com/grafana/grafana-plugin-sdk-go/backend/grpcplugin"
	"github.com/grafana/grafana-plugin-sdk-go/genproto/pluginv2"
	"github.com/hashicorp/go-plugin"

	"grafana-plugin-protocol.test/peers/sdk/internal/hosting"
)

// A fixture has the clients that Grafana would dispense.
type fixture struct {
	data        grpcplugin.DataClient
	diagnostics grpcplugin.DiagnosticsClient
	resource    grpcplugin.ResourceClient
}

func main() {
	set := plugin.PluginSet{
		"data":        &grpcplugin.DataGRPCPlugin{},
		"diagnostics": &grpcplugin.DiagnosticsGRPCPlugin{},
		"resource":    &grpcplugin.ResourceGRPCPlugin{},
	}
	addStreams(set)
	hosting.Main(grpcplugin.ProtocolVersion, set, func(client *plugin.GRPCClient) ([]hosting.Case, error) {
		f := &fixture{}
		var errData, errDiagnostics, errResource error
		f.data, errData = hosting.Dispense[grpcplugin.DataClient](client, "data")
		f.diagnostics, errDiagnostics = hosting.Dispense[grpcplugin.DiagnosticsClient](client, "diagnostics")
		f.resource, errResource = hosting.Dispense[grpcplugin.ResourceClient](client, "resource")
		streams, errStreams := streamCases(client)
		cases := append(f.diagnosticsCases(), f.queryCases()...)
		cases = append(cases, f.resourceCases()...)
		cases = append(cases, f.cancelCases()...)
		return append(cases, streams...), errors.Join(errData, errDiagnostics, errResource, errStreams)
	})
}

// pluginContext is sent in every request; a field that old versions lack is left out for all.
func pluginContext() *pluginv2.PluginContext {
	return &pluginv2.PluginContext{
		OrgId:    7,
		PluginId: "fixture",
		User:     &pluginv2.User{Login: "ada"},
		DataSourceInstanceSettings: &pluginv2.DataSourceInstanceSettings{
			Id:                      42,
			Name:                    "Fixture",
			JsonData:                []byte(`{"a":1}`),
			DecryptedSecureJsonData: map[string]string{"token": "s3cret"},
			LastUpdatedMS:           1700000000000,
		},
	}
}
