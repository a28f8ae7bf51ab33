package main

import (
	"encoding/json"
	"fmt"
	"net"

	"github.com/hashicorp/go-plugin"
)

// A reattach is the JSON by which Terraform's providers are attached to: go-plugin has none of its own, as its address is
// an interface.
type reattach struct {
	Protocol        string
	ProtocolVersion int
	Pid             int
	Test            bool
	Addr            struct{ Network, String string }
}

func format(config *plugin.ReattachConfig, version int) (string, error) {
	r := reattach{Protocol: string(config.Protocol), ProtocolVersion: version, Pid: config.Pid, Test: config.Test}
	r.Addr.Network, r.Addr.String = config.Addr.Network(), config.Addr.String()
	text, err := json.Marshal(r)
	return string(text), err
}

func parse(text string) (*plugin.ReattachConfig, error) {
	var r reattach
	if err := json.Unmarshal([]byte(text), &r); err != nil {
		return nil, err
	}
	config := &plugin.ReattachConfig{
		Protocol:        plugin.Protocol(r.Protocol),
		ProtocolVersion: r.ProtocolVersion,
		Pid:             r.Pid,
		Test:            r.Test,
	}
	var err error
	switch r.Addr.Network {
	case "unix":
		config.Addr, err = net.ResolveUnixAddr("unix", r.Addr.String)
	case "tcp":
		config.Addr, err = net.ResolveTCPAddr("tcp", r.Addr.String)
	default:
		err = fmt.Errorf("expected the network unix or tcp, got %q", r.Addr.Network)
	}
	return config, err
}
