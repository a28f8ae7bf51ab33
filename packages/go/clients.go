package gpp

import (
	"github.com/grafana-plugin-protocol/grafana-plugin-protocol/gen/go/pluginextensionv2"
	"github.com/grafana-plugin-protocol/grafana-plugin-protocol/gen/go/pluginv3"
	"github.com/grafana/grafana-plugin-model/go/datasource"
	"github.com/grafana/grafana-plugin-model/go/renderer"
	"github.com/grafana/grafana-plugin-sdk-go/genproto/pluginv2"
	"google.golang.org/grpc"
)

// V1Clients are the clients of protocol major 1. A call of a service that the plugin does not have is Unimplemented.
type V1Clients struct {
	Datasource datasource.DatasourcePluginClient
	Renderer   renderer.RendererClient
}

// V2Clients are the clients of protocol major 2, its extensions, and the experimental v3 beside it. A call of a service
// that the plugin does not have is Unimplemented.
type V2Clients struct {
	Data             pluginv2.DataClient
	Diagnostics      pluginv2.DiagnosticsClient
	Resource         pluginv2.ResourceClient
	Stream           pluginv2.StreamClient
	Admission        pluginv2.AdmissionControlClient
	Conversion       pluginv2.ResourceConversionClient
	Renderer         pluginextensionv2.RendererClient
	Sanitizer        pluginextensionv2.SanitizerClient
	AdmissionReview  pluginv3.AdmissionServiceClient
	ObjectConversion pluginv3.ConversionServiceClient
	Route            pluginv3.RouteServiceClient
}

func newV1Clients(conn *grpc.ClientConn) *V1Clients {
	return &V1Clients{
		Datasource: datasource.NewDatasourcePluginClient(conn),
		Renderer:   renderer.NewRendererClient(conn),
	}
}

func newV2Clients(conn *grpc.ClientConn) *V2Clients {
	return &V2Clients{
		Data:             pluginv2.NewDataClient(conn),
		Diagnostics:      pluginv2.NewDiagnosticsClient(conn),
		Resource:         pluginv2.NewResourceClient(conn),
		Stream:           pluginv2.NewStreamClient(conn),
		Admission:        pluginv2.NewAdmissionControlClient(conn),
		Conversion:       pluginv2.NewResourceConversionClient(conn),
		Renderer:         pluginextensionv2.NewRendererClient(conn),
		Sanitizer:        pluginextensionv2.NewSanitizerClient(conn),
		AdmissionReview:  pluginv3.NewAdmissionServiceClient(conn),
		ObjectConversion: pluginv3.NewConversionServiceClient(conn),
		Route:            pluginv3.NewRouteServiceClient(conn),
	}
}
