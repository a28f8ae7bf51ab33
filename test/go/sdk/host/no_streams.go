//go:build !streams

package main

import (
	"github.com/hashicorp/go-plugin"

	"grafana-plugin-protocol.test/peers/sdk/internal/hosting"
)

func addStreams(plugin.PluginSet) {}

func streamCases(*plugin.GRPCClient) ([]hosting.Case, error) { return nil, nil }
