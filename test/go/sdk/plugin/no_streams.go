//go:build !streams

package main

import "github.com/grafana/grafana-plugin-sdk-go/backend"

func addStreams(*backend.ServeOpts, *fixture) {}
