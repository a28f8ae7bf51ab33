package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"

	"github.com/grafana/grafana-plugin-sdk-go/backend/grpcplugin"
	"github.com/grafana/grafana-plugin-sdk-go/genproto/pluginv2"
	"github.com/hashicorp/go-hclog"
	"github.com/hashicorp/go-plugin"
	"google.golang.org/protobuf/proto"

	"grafana-plugin-protocol.test/peers/internal/usage"
)

// A host runs one plugin.
type host struct {
	client      *plugin.Client
	data        grpcplugin.DataClient
	resource    grpcplugin.ResourceClient
	stream      grpcplugin.StreamClient
	diagnostics grpcplugin.DiagnosticsClient
	// Sent with what asks for the usage; a plugin on the SDK answers only with settings. May be nil.
	context *pluginv2.PluginContext
}

func startHost(command []string) (*host, error) {
	client := plugin.NewClient(&plugin.ClientConfig{
		HandshakeConfig: plugin.HandshakeConfig{
			MagicCookieKey:   grpcplugin.MagicCookieKey,
			MagicCookieValue: grpcplugin.MagicCookieValue,
		},
		VersionedPlugins: map[int]plugin.PluginSet{2: {
			"data":        &grpcplugin.DataGRPCPlugin{},
			"resource":    &grpcplugin.ResourceGRPCPlugin{},
			"stream":      &grpcplugin.StreamGRPCPlugin{},
			"diagnostics": &grpcplugin.DiagnosticsGRPCPlugin{},
		}},
		AllowedProtocols: []plugin.Protocol{plugin.ProtocolGRPC},
		Cmd:              exec.Command(command[0], command[1:]...),
		// A plugin without go-plugin's stdio service is no error here.
		Logger: hclog.NewNullLogger(),
		Stderr: os.Stderr,
	})
	h := &host{client: client}
	if err := h.connect(); err != nil {
		client.Kill()
		return nil, fmt.Errorf("%q: %w", command, err)
	}
	return h, nil
}

func (h *host) connect() error {
	protocol, err := h.client.Client()
	if err != nil {
		return err
	}
	if h.data, err = dispense[grpcplugin.DataClient](protocol, "data"); err != nil {
		return err
	}
	if h.resource, err = dispense[grpcplugin.ResourceClient](protocol, "resource"); err != nil {
		return err
	}
	if h.stream, err = dispense[grpcplugin.StreamClient](protocol, "stream"); err != nil {
		return err
	}
	h.diagnostics, err = dispense[grpcplugin.DiagnosticsClient](protocol, "diagnostics")
	return err
}

func dispense[Client any](protocol plugin.ClientProtocol, name string) (Client, error) {
	raw, err := protocol.Dispense(name)
	if err != nil {
		return *new(Client), err
	}
	client, ok := raw.(Client)
	if !ok {
		return client, fmt.Errorf("expected a client for %s, got %T", name, raw)
	}
	return client, nil
}

func (h *host) close() { h.client.Kill() }

// used is what host and plugin have used so far.
func (h *host) used(ctx context.Context) (own, plugin usage.Usage, err error) {
	answer, err := h.diagnostics.CheckHealth(ctx, &pluginv2.CheckHealthRequest{PluginContext: h.context})
	if err != nil {
		return own, plugin, err
	}
	if err := json.Unmarshal(answer.JsonDetails, &plugin); err != nil {
		return own, plugin, err
	}
	own, err = usage.Current()
	return own, plugin, err
}

// check compares a whole answer with what was asked for.
func (h *host) check(ctx context.Context, req *pluginv2.QueryDataRequest) error {
	answer, err := h.data.QueryData(ctx, req)
	if err != nil {
		return err
	}
	var asked task
	if err := json.Unmarshal(req.Queries[0].Json, &asked); err != nil {
		return err
	}
	frames := answer.Responses[req.Queries[0].RefId].GetFrames()
	if len(frames) != 1 || !bytes.Equal(frames[0], frameBytes(asked.Bytes)) {
		return fmt.Errorf("expected one frame of %d certain bytes, got %d frames of other bytes", asked.Bytes, len(frames))
	}
	return nil
}

func (o options) query(size string) (*pluginv2.QueryDataRequest, error) {
	req := &pluginv2.QueryDataRequest{}
	return req, o.read("query-"+size, req)
}

func (o options) read(name string, message proto.Message) error {
	encoded, err := os.ReadFile(filepath.Join(o.requests, name+".bin"))
	if err != nil {
		return err
	}
	return proto.Unmarshal(encoded, message)
}
