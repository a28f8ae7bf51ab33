package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"strconv"

	"github.com/grafana/grafana-plugin-sdk-go/genproto/pluginv2"
	"github.com/hashicorp/go-hclog"
	"github.com/hashicorp/go-plugin"
	"google.golang.org/grpc"
)

// Made before Serve, which replaces os.Stderr: logs go to the real one.
var logger = hclog.New(&hclog.LoggerOptions{Name: "fixture", Output: os.Stderr, JSONFormat: true})

func servePlugin() {
	plugin.Serve(&plugin.ServeConfig{
		HandshakeConfig:  handshake,
		VersionedPlugins: map[int]plugin.PluginSet{2: {"diagnostics": &diagnosticsPlugin{}}},
		GRPCServer:       plugin.DefaultGRPCServer,
	})
}

// A diagnosticsPlugin is the plugin's one service; what it is to do comes in the headers of CheckHealth.
type diagnosticsPlugin struct {
	plugin.NetRPCUnsupportedPlugin
	pluginv2.UnimplementedDiagnosticsServer
	broker *plugin.GRPCBroker
}

func (p *diagnosticsPlugin) GRPCServer(broker *plugin.GRPCBroker, server *grpc.Server) error {
	p.broker = broker
	pluginv2.RegisterDiagnosticsServer(server, p)
	return nil
}

func (p *diagnosticsPlugin) GRPCClient(_ context.Context, broker *plugin.GRPCBroker, conn *grpc.ClientConn) (any, error) {
	return &client{broker: broker, diagnostics: pluginv2.NewDiagnosticsClient(conn)}, nil
}

func (p *diagnosticsPlugin) CheckHealth(ctx context.Context, req *pluginv2.CheckHealthRequest) (*pluginv2.CheckHealthResponse, error) {
	message, err := p.act(ctx, req.GetHeaders())
	return &pluginv2.CheckHealthResponse{Status: pluginv2.CheckHealthResponse_OK, Message: message}, err
}

func (p *diagnosticsPlugin) act(ctx context.Context, headers map[string]string) (string, error) {
	number, err := strconv.Atoi(headers["number"])
	if err != nil && headers["number"] != "" {
		return "", err
	}
	switch headers["do"] {
	case "dial":
		return ask(ctx, p.broker, uint32(number), "plugin")
	case "serve":
		id := p.broker.NextId()
		go p.broker.AcceptAndServe(id, dataServer("plugin"))
		return strconv.Itoa(int(id)), nil
	case "print":
		return headers["do"], print(os.Stdout, headers["what"], number)
	case "print-stderr":
		return headers["do"], print(os.Stderr, headers["what"], number)
	case "log":
		logger.Warn("from Go", "text", "bar", "number", number)
		return headers["do"], nil
	case "panic":
		go panic(headers["what"])
		<-ctx.Done()
		return "", ctx.Err()
	case "stdin":
		all, err := io.ReadAll(os.Stdin)
		return string(all), err
	default:
		return "", fmt.Errorf("this plugin cannot %q", headers["do"])
	}
}

func print(stream *os.File, what string, number int) error {
	_, err := stream.Write(output(what, number))
	return err
}
