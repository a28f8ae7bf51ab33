// Command attach is both sides of go-plugin's reattach, apart from the start of a process: the plugin in go-plugin's
// test mode, a host that attaches, and a host that starts a plugin: to call it once, or to tell how to attach to it.
package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"syscall"

	"github.com/grafana/grafana-plugin-sdk-go/backend/grpcplugin"
	"github.com/grafana/grafana-plugin-sdk-go/genproto/pluginv2"
	"github.com/hashicorp/go-hclog"
	"github.com/hashicorp/go-plugin"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "attach:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	switch {
	case len(args) == 1 && args[0] == "plugin":
		return servePlugin(ctx)
	case len(args) == 2 && args[0] == "host":
		config, err := parse(args[1])
		if err != nil {
			return err
		}
		return call(ctx, newClient(&plugin.ClientConfig{Reattach: config}))
	case len(args) > 1 && args[0] == "call":
		return call(ctx, newClient(&plugin.ClientConfig{Cmd: exec.Command(args[1], args[2:]...)}))
	case len(args) > 1 && args[0] == "launch":
		return launch(exec.Command(args[1], args[2:]...))
	}
	return fmt.Errorf("expected plugin, host JSON, call COMMAND [ARGUMENTS] or launch COMMAND [ARGUMENTS], got %q", args)
}

// servePlugin prints how to attach, and serves until it is asked to end.
func servePlugin(ctx context.Context) error {
	reattach := make(chan *plugin.ReattachConfig, 1)
	go func() {
		text, err := format(<-reattach, 2)
		if err != nil {
			panic(err)
		}
		fmt.Println(text)
	}()
	plugin.Serve(&plugin.ServeConfig{
		HandshakeConfig:  handshake,
		VersionedPlugins: map[int]plugin.PluginSet{2: plugins(&diagnostics{})},
		GRPCServer:       plugin.DefaultGRPCServer,
		Logger:           hclog.New(&hclog.LoggerOptions{Output: os.Stderr, Level: hclog.Warn}),
		Test:             &plugin.ServeTestConfig{Context: ctx, ReattachConfigCh: reattach},
	})
	return nil
}

// call calls the plugin once, prints the answer, and kills it as go-plugin does: in test mode not at all.
func call(ctx context.Context, client *host) error {
	defer client.Kill()
	if err := client.start(); err != nil {
		return err
	}
	answer, err := client.CheckHealth(ctx, &pluginv2.CheckHealthRequest{PluginContext: &pluginv2.PluginContext{}})
	if err != nil {
		return err
	}
	fmt.Println(answer.GetMessage())
	return nil
}

// launch starts a plugin, prints how to attach to it, and lets it live until stdin ends.
func launch(command *exec.Cmd) error {
	client := newClient(&plugin.ClientConfig{Cmd: command})
	defer client.Kill()
	if err := client.start(); err != nil {
		return err
	}
	text, err := format(client.ReattachConfig(), client.NegotiatedVersion())
	if err != nil {
		return err
	}
	fmt.Println(text)
	_, err = io.Copy(io.Discard, os.Stdin)
	return err
}

type host struct {
	*plugin.Client
	grpcplugin.DiagnosticsClient
}

func newClient(config *plugin.ClientConfig) *host {
	config.HandshakeConfig = handshake
	config.VersionedPlugins = map[int]plugin.PluginSet{2: plugins(nil)}
	// A host that attaches knows of one set only.
	config.Plugins = plugins(nil)
	config.AllowedProtocols = []plugin.Protocol{plugin.ProtocolGRPC}
	config.Logger = hclog.New(&hclog.LoggerOptions{Output: os.Stderr, Level: hclog.Warn})
	return &host{Client: plugin.NewClient(config)}
}

func (h *host) start() error {
	protocol, err := h.Client.Client()
	if err != nil {
		return err
	}
	if err := protocol.Ping(); err != nil {
		return fmt.Errorf("ping: %w", err)
	}
	raw, err := protocol.Dispense("diagnostics")
	if err != nil {
		return err
	}
	client, ok := raw.(grpcplugin.DiagnosticsClient)
	if !ok {
		return fmt.Errorf("expected a client of Diagnostics, got %T", raw)
	}
	h.DiagnosticsClient = client
	return nil
}
