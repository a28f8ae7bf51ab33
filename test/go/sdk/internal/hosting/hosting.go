// Package hosting starts a plugin with go-plugin of any age, runs cases with it and stops it.
package hosting

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"time"

	"github.com/hashicorp/go-hclog"
	"github.com/hashicorp/go-plugin"
)

// stopLimit ends a stop that go-plugin would wait for without end.
const stopLimit = time.Minute

// A host owns one plugin process.
type host struct {
	command *exec.Cmd
	plugin  *plugin.Client
	socket  string
}

// Main is the whole program: `host [flags] -- <plugin command> [arguments]`. It does not return.
func Main(major int, set plugin.PluginSet, cases func(*plugin.GRPCClient) ([]Case, error)) {
	tls := flag.Bool("tls", false, "use go-plugin's automatic mTLS")
	verbose := flag.Bool("v", false, "log everything that go-plugin and the plugin say")
	// So that it can take the place of cmd/host.
	majors := flag.Int("majors", major, "the only major that this host offers")
	flag.String("image", "", "not used")
	flag.Parse()
	if flag.NArg() == 0 || *majors != major {
		fmt.Fprintf(os.Stderr, "host: expected host [-majors %d] [flags] -- <plugin command> [arguments]\n", major)
		os.Exit(2)
	}
	level := hclog.Warn
	if *verbose {
		level = hclog.Trace
	}
	h := &host{command: exec.Command(flag.Arg(0), flag.Args()[1:]...)}
	h.plugin = plugin.NewClient(&plugin.ClientConfig{
		HandshakeConfig:  plugin.HandshakeConfig{MagicCookieKey: "grafana_plugin_type", MagicCookieValue: "datasource"},
		VersionedPlugins: map[int]plugin.PluginSet{major: set},
		AllowedProtocols: []plugin.Protocol{plugin.ProtocolGRPC},
		Cmd:              h.command,
		AutoMTLS:         *tls,
		Logger:           hclog.New(&hclog.LoggerOptions{Name: "go-plugin", Output: os.Stderr, Level: level}),
	})
	out := &report{}
	h.run(out, major, cases)
	if out.failed {
		os.Exit(1)
	}
	os.Exit(0)
}

func (h *host) run(out *report, major int, cases func(*plugin.GRPCClient) ([]Case, error)) {
	defer h.stop(out)
	var all []Case
	started := out.run("handshake", func(context.Context) error {
		client, err := h.start(major)
		if err == nil {
			all, err = cases(client)
			all = append([]Case{{"health ping", func(context.Context) error { return client.Ping() }}}, all...)
		}
		return err
	})
	for _, c := range all {
		if started {
			out.run(c.Name, c.Run)
		}
	}
}

func (h *host) start(major int) (*plugin.GRPCClient, error) {
	address, err := h.plugin.Start()
	if err != nil {
		return nil, err
	}
	if address.Network() == "unix" {
		h.socket = address.String()
	}
	protocol, err := h.plugin.Client()
	if err != nil {
		return nil, err
	}
	client, ok := protocol.(*plugin.GRPCClient)
	if !ok {
		return nil, fmt.Errorf("expected a gRPC client, got %T", protocol)
	}
	return client, Same("negotiated major", major, h.plugin.NegotiatedVersion())
}

// stop expects that the plugin ends by itself, with exit code 0, and removes its socket.
func (h *host) stop(out *report) {
	guard := time.AfterFunc(stopLimit, func() {
		if h.command.Process != nil {
			_ = h.command.Process.Kill()
		}
	})
	h.plugin.Kill()
	guard.Stop()
	out.run("stop", func(context.Context) error {
		state := h.command.ProcessState
		if state == nil || state.ExitCode() != 0 {
			return fmt.Errorf("expected exit code 0, got %v", state)
		}
		if _, err := os.Lstat(h.socket); h.socket != "" && !errors.Is(err, os.ErrNotExist) {
			return fmt.Errorf("expected no file %s, got one (%v)", h.socket, err)
		}
		return nil
	})
}

// Dispense gives a client of the set with its type.
func Dispense[T any](client *plugin.GRPCClient, key string) (T, error) {
	raw, err := client.Dispense(key)
	typed, ok := raw.(T)
	if err == nil && !ok {
		err = fmt.Errorf("%s is dispensed as %T", key, raw)
	}
	return typed, err
}
