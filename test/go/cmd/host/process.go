package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"strings"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend/grpcplugin"
	"github.com/hashicorp/go-hclog"
	"github.com/hashicorp/go-plugin"
	"go.opentelemetry.io/contrib/instrumentation/google.golang.org/grpc/otelgrpc"
	"google.golang.org/grpc"
)

// A host owns one plugin process.
type host struct {
	options options
	command *exec.Cmd
	plugin  *plugin.Client
	client  *plugin.GRPCClient
	address net.Addr
	major   int
}

func newHost(o options) *host {
	command := o.command
	if o.noVersionList {
		// go-plugin always sends the list; env takes it away again and becomes the plugin.
		command = append([]string{"env", "-u", "PLUGIN_PROTOCOL_VERSIONS"}, command...)
	}
	sets := map[int]plugin.PluginSet{}
	for _, major := range o.majors {
		sets[major] = pluginSet(major)
	}
	level := hclog.Warn
	if o.verbose {
		level = hclog.Trace
	}
	h := &host{options: o, command: exec.Command(command[0], command[1:]...)}
	h.plugin = plugin.NewClient(&plugin.ClientConfig{
		HandshakeConfig: plugin.HandshakeConfig{
			MagicCookieKey:   grpcplugin.MagicCookieKey,
			MagicCookieValue: grpcplugin.MagicCookieValue,
		},
		VersionedPlugins: sets,
		AllowedProtocols: []plugin.Protocol{plugin.ProtocolGRPC},
		Cmd:              h.command,
		AutoMTLS:         o.tls,
		Logger:           hclog.New(&hclog.LoggerOptions{Name: "go-plugin", Output: os.Stderr, Level: level}),
		GRPCDialOptions:  []grpc.DialOption{grpc.WithStatsHandler(otelgrpc.NewClientHandler())},
	})
	return h
}

// start launches the plugin and checks the negotiated major.
func (h *host) start(context.Context) error {
	var err error
	if h.address, err = h.plugin.Start(); err != nil {
		return err
	}
	protocol, err := h.plugin.Client()
	if err != nil {
		return err
	}
	client, ok := protocol.(*plugin.GRPCClient)
	if !ok {
		return fmt.Errorf("expected a gRPC client, got %T", protocol)
	}
	h.client, h.major = client, h.plugin.NegotiatedVersion()
	return same("negotiated major", h.options.expect, h.major)
}

// refused expects that the plugin cannot be started, and that go-plugin then leaves no process.
func (h *host) refused(context.Context) error {
	_, err := h.plugin.Start()
	h.plugin.Kill()
	switch {
	case err == nil:
		return fmt.Errorf("expected an error with %q, got a start with major %d", h.options.expectError, h.plugin.NegotiatedVersion())
	case !strings.Contains(err.Error(), h.options.expectError):
		return fmt.Errorf("expected an error with %q, got %q", h.options.expectError, err)
	case h.command.Process != nil && h.command.ProcessState == nil:
		return fmt.Errorf("process %d is still running", h.command.Process.Pid)
	}
	return nil
}

// stopLimit ends a stop that go-plugin would wait for without end: its Shutdown call has no deadline.
const stopLimit = 20 * time.Second

// stop expects that the plugin ends by itself, with exit code 0, and removes its socket.
func (h *host) stop(ctx context.Context, report *report) {
	begin := time.Now()
	guard := time.AfterFunc(stopLimit, func() {
		if h.command.Process != nil {
			_ = h.command.Process.Kill()
		}
	})
	h.plugin.Kill()
	guard.Stop()
	if h.address == nil {
		return // never started: go-plugin has killed it
	}
	elapsed := fmt.Sprintf("%d ms", time.Since(begin).Milliseconds())
	if h.address.Network() == "unix" {
		report.always(ctx, "stop removes the socket", h.socketGone)
	}
	state := h.command.ProcessState
	switch {
	case state == nil:
		report.line("stop", false, "expected an ended process, got none")
	case state.ExitCode() != 0:
		report.line("stop", false, fmt.Sprintf("expected exit code 0, got %s after %s", state, elapsed))
	default:
		report.line("stop", true, elapsed)
	}
}

func (h *host) socketGone(context.Context) error {
	if _, err := os.Lstat(h.address.String()); !errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("expected no file %s, got one (%v)", h.address, err)
	}
	return nil
}
