package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend/grpcplugin"
	"github.com/grafana/grafana-plugin-sdk-go/backend/log"
	"github.com/grafana/grafana-plugin-sdk-go/genproto/pluginv2"
	"github.com/hashicorp/go-hclog"
	goplugin "github.com/hashicorp/go-plugin"
	"go.opentelemetry.io/contrib/instrumentation/google.golang.org/grpc/otelgrpc"
	jaeger "go.opentelemetry.io/contrib/propagators/jaeger"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/propagation"
	tracesdk "go.opentelemetry.io/otel/sdk/trace"
	"google.golang.org/grpc"
	"google.golang.org/grpc/metadata"
)

// runHost calls the resource "trace" of a plugin within a span and prints the ids of the trace and the plugin's answer.
// OBSERVE_PROPAGATION is w3c, the default, or jaeger.
func runHost(command []string) error {
	otel.SetTracerProvider(tracesdk.NewTracerProvider())
	otel.SetTextMapPropagator(propagation.TraceContext{})
	if os.Getenv("OBSERVE_PROPAGATION") == "jaeger" {
		otel.SetTextMapPropagator(jaeger.Jaeger{})
	}
	started := goplugin.NewClient(&goplugin.ClientConfig{
		HandshakeConfig: goplugin.HandshakeConfig{
			MagicCookieKey:   grpcplugin.MagicCookieKey,
			MagicCookieValue: grpcplugin.MagicCookieValue,
		},
		VersionedPlugins: map[int]goplugin.PluginSet{2: {"resource": &grpcplugin.ResourceGRPCPlugin{}}},
		AllowedProtocols: []goplugin.Protocol{goplugin.ProtocolGRPC},
		GRPCDialOptions:  []grpc.DialOption{grpc.WithStatsHandler(otelgrpc.NewClientHandler())},
		Cmd:              exec.Command(command[0], command[1:]...),
		Logger:           hclog.New(&hclog.LoggerOptions{Output: os.Stderr, Level: hclog.Debug, JSONFormat: true}),
	})
	defer started.Kill()
	protocol, err := started.Client()
	if err != nil {
		return err
	}
	dispensed, err := protocol.Dispense("resource")
	if err != nil {
		return err
	}
	client, ok := dispensed.(grpcplugin.ResourceClient)
	if !ok {
		return fmt.Errorf("expected a resource client, got %T", dispensed)
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	ctx, span := otel.Tracer("host").Start(ctx, "host")
	defer span.End()
	ctx = log.WithContextualAttributesForOutgoingContext(ctx, []any{"dashboard", "a, b", "panel", 7})
	ctx = metadata.AppendToOutgoingContext(ctx, "tenantID", "tenant-1")
	answer, err := call(ctx, client)
	if err != nil {
		return err
	}
	return json.NewEncoder(os.Stdout).Encode(map[string]any{
		"traceId": span.SpanContext().TraceID().String(),
		"answer":  json.RawMessage(answer),
	})
}

func call(ctx context.Context, client grpcplugin.ResourceClient) ([]byte, error) {
	stream, err := client.CallResource(ctx, &pluginv2.CallResourceRequest{
		PluginContext: &pluginv2.PluginContext{PluginId: pluginID},
		Path:          "trace",
	})
	if err != nil {
		return nil, err
	}
	var body []byte
	for {
		message, err := stream.Recv()
		if errors.Is(err, io.EOF) {
			return body, nil
		}
		if err != nil {
			return nil, err
		}
		body = append(body, message.Body...)
	}
}
