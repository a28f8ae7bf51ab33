package main

import (
	"fmt"
	"os"
	"os/exec"

	"github.com/grafana/grafana-plugin-sdk-go/backend/grpcplugin"
	"github.com/hashicorp/go-hclog"
	"github.com/hashicorp/go-plugin"
)

// A host runs the plugin of the gateway.
type host struct {
	client   *plugin.Client
	data     grpcplugin.DataClient
	resource grpcplugin.ResourceClient
}

func startHost(command []string) (*host, error) {
	client := plugin.NewClient(&plugin.ClientConfig{
		HandshakeConfig: plugin.HandshakeConfig{
			MagicCookieKey:   grpcplugin.MagicCookieKey,
			MagicCookieValue: grpcplugin.MagicCookieValue,
		},
		VersionedPlugins: map[int]plugin.PluginSet{2: {
			"data":     &grpcplugin.DataGRPCPlugin{},
			"resource": &grpcplugin.ResourceGRPCPlugin{},
		}},
		AllowedProtocols: []plugin.Protocol{plugin.ProtocolGRPC},
		Cmd:              exec.Command(command[0], command[1:]...),
		Logger:           hclog.NewNullLogger(),
		Stderr:           os.Stderr,
	})
	h, err := connect(client)
	if err != nil {
		client.Kill()
		return nil, fmt.Errorf("%q: %w", command, err)
	}
	return h, nil
}

func connect(client *plugin.Client) (*host, error) {
	protocol, err := client.Client()
	if err != nil {
		return nil, err
	}
	data, err := protocol.Dispense("data")
	if err != nil {
		return nil, err
	}
	resource, err := protocol.Dispense("resource")
	if err != nil {
		return nil, err
	}
	return &host{client, data.(grpcplugin.DataClient), resource.(grpcplugin.ResourceClient)}, nil
}
