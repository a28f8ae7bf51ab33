package gpp

import (
	"github.com/grafana-plugin-protocol/grafana-plugin-protocol/gen/go/pluginextensionv2"
	"github.com/grafana-plugin-protocol/grafana-plugin-protocol/gen/go/pluginv3"
	"github.com/grafana/grafana-plugin-model/go/datasource"
	"github.com/grafana/grafana-plugin-model/go/renderer"
	"github.com/grafana/grafana-plugin-sdk-go/genproto/pluginv2"
	"google.golang.org/grpc"
)

// A Major is a protocol major with the services that a plugin has for it: a [V1] or a [V2]. Other types can be added by
// implementing it, for a host and a plugin that have agreed on a major of their own.
type Major interface {
	// ProtocolVersion is go-plugin's protocol version of the handshake.
	ProtocolVersion() int
	// Register registers the services that are there. Calls of services that are not there are Unimplemented.
	Register(*grpc.Server)
}

// V1 has the services of protocol major 1: Grafana 5 to 7, and Plutono. What is nil is not served.
type V1 struct {
	Datasource datasource.DatasourcePluginServer
	Renderer   renderer.RendererServer
}

// ProtocolVersion is 1.
func (V1) ProtocolVersion() int { return 1 }

// Register implements [Major].
func (v V1) Register(server *grpc.Server) {
	if v.Datasource != nil {
		datasource.RegisterDatasourcePluginServer(server, v.Datasource)
	}
	if v.Renderer != nil {
		renderer.RegisterRendererServer(server, v.Renderer)
	}
}

// V2 has the services of protocol major 2: Grafana 7.0 and later, and Plutono. What is nil is not served. The messages
// are those of the Go SDK, because a program may link only one package with the messages of `pluginv2`.
type V2 struct {
	Data        pluginv2.DataServer
	Diagnostics pluginv2.DiagnosticsServer
	Resource    pluginv2.ResourceServer
	Stream      pluginv2.StreamServer
	Admission   pluginv2.AdmissionControlServer
	Conversion  pluginv2.ResourceConversionServer

	// The extensions of renderers.
	Renderer  pluginextensionv2.RendererServer
	Sanitizer pluginextensionv2.SanitizerServer

	// Grafana's experimental v3, which stands beside the services of major 2. It changes whenever upstream does.
	AdmissionReview  pluginv3.AdmissionServiceServer
	ObjectConversion pluginv3.ConversionServiceServer
	Route            pluginv3.RouteServiceServer
}

// ProtocolVersion is 2.
func (V2) ProtocolVersion() int { return 2 }

// Register implements [Major].
func (v V2) Register(server *grpc.Server) {
	if v.Data != nil {
		pluginv2.RegisterDataServer(server, v.Data)
	}
	if v.Diagnostics != nil {
		pluginv2.RegisterDiagnosticsServer(server, v.Diagnostics)
	}
	if v.Resource != nil {
		pluginv2.RegisterResourceServer(server, v.Resource)
	}
	if v.Stream != nil {
		pluginv2.RegisterStreamServer(server, v.Stream)
	}
	if v.Admission != nil {
		pluginv2.RegisterAdmissionControlServer(server, v.Admission)
	}
	if v.Conversion != nil {
		pluginv2.RegisterResourceConversionServer(server, v.Conversion)
	}
	if v.Renderer != nil {
		pluginextensionv2.RegisterRendererServer(server, v.Renderer)
	}
	if v.Sanitizer != nil {
		pluginextensionv2.RegisterSanitizerServer(server, v.Sanitizer)
	}
	if v.AdmissionReview != nil {
		pluginv3.RegisterAdmissionServiceServer(server, v.AdmissionReview)
	}
	if v.ObjectConversion != nil {
		pluginv3.RegisterConversionServiceServer(server, v.ObjectConversion)
	}
	if v.Route != nil {
		pluginv3.RegisterRouteServiceServer(server, v.Route)
	}
}
