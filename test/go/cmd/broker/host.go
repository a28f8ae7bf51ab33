package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"sync"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/genproto/pluginv2"
	"github.com/hashicorp/go-hclog"
	"github.com/hashicorp/go-plugin"
)

// A client is the host's hold on the plugin.
type client struct {
	broker      *plugin.GRPCBroker
	diagnostics pluginv2.DiagnosticsClient
	printed     *collector
}

// runHost says whether all cases went well.
func runHost(command []string, tls, multiplex bool) (bool, error) {
	folder, err := os.MkdirTemp("", "broker-")
	if err != nil {
		return false, err
	}
	defer func() { _ = os.RemoveAll(folder) }()
	if err := os.Setenv("TMPDIR", folder); err != nil {
		return false, err
	}
	printed := &collector{}
	cmd := exec.Command(command[0], command[1:]...)
	started := plugin.NewClient(&plugin.ClientConfig{
		HandshakeConfig:     handshake,
		VersionedPlugins:    map[int]plugin.PluginSet{2: {"diagnostics": &diagnosticsPlugin{}}},
		AllowedProtocols:    []plugin.Protocol{plugin.ProtocolGRPC},
		Cmd:                 cmd,
		AutoMTLS:            tls,
		GRPCBrokerMultiplex: multiplex,
		SyncStdout:          printed,
		Logger:              hclog.New(&hclog.LoggerOptions{Name: "go-plugin", Output: os.Stderr, Level: hclog.Debug}),
	})
	ok := true
	report := func(name string, err error) {
		ok = ok && err == nil
		line := map[string]any{"case": name, "ok": err == nil}
		if err != nil {
			line["detail"] = err.Error()
		}
		_ = json.NewEncoder(os.Stdout).Encode(line)
	}
	if multiplex {
		_, err := started.Start()
		started.Kill()
		if !errors.Is(err, plugin.ErrGRPCBrokerMuxNotSupported) {
			report("multiplexing is refused", fmt.Errorf("expected ErrGRPCBrokerMuxNotSupported, got %v", err))
		} else {
			report("multiplexing is refused", nil)
		}
		return ok, nil
	}
	c, err := connect(started)
	report("handshake", err)
	if err == nil {
		c.printed = printed
		for _, each := range cases {
			report(each.name, each.run(c))
		}
	}
	started.Kill()
	if state := cmd.ProcessState; err == nil && (state == nil || state.ExitCode() != 0) {
		report("stop", fmt.Errorf("expected exit code 0, got %v", state))
	} else {
		report("stop", nil)
	}
	return ok, nil
}

func connect(started *plugin.Client) (*client, error) {
	protocol, err := started.Client()
	if err != nil {
		return nil, err
	}
	dispensed, err := protocol.Dispense("diagnostics")
	if err != nil {
		return nil, err
	}
	return dispensed.(*client), protocol.Ping()
}

func (c *client) act(headers map[string]string) (string, error) {
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	res, err := c.diagnostics.CheckHealth(ctx, &pluginv2.CheckHealthRequest{Headers: headers})
	return res.GetMessage(), err
}

var cases = []struct {
	name string
	run  func(*client) error
}{
	{"the plugin dials what the host serves", func(c *client) error {
		return c.pluginDials()
	}},
	{"the plugin dials many at a time", func(c *client) error {
		var group sync.WaitGroup
		errs := make([]error, 20)
		for i := range errs {
			group.Go(func() { errs[i] = c.pluginDials() })
		}
		group.Wait()
		return errors.Join(errs...)
	}},
	{"the host dials what the plugin serves", func(c *client) error {
		text, err := c.act(map[string]string{"do": "serve"})
		if err != nil {
			return err
		}
		id, err := strconv.Atoi(text)
		if err != nil {
			return err
		}
		answer, err := ask(context.Background(), c.broker, uint32(id), "host")
		return same(answer, "plugin answers host", err)
	}},
	{"the host gets 10 MB that the plugin printed, byte for byte", func(c *client) error {
		return c.prints("bytes", 10_000_000)
	}},
	{"the host gets text cut anywhere", func(c *client) error {
		return c.prints("text", 30_000)
	}},
	{"the plugin answers after all that", func(c *client) error {
		return c.pluginDials()
	}},
}

func (c *client) pluginDials() error {
	id := c.broker.NextId()
	go c.broker.AcceptAndServe(id, dataServer("host"))
	answer, err := c.act(map[string]string{"do": "dial", "number": strconv.Itoa(int(id))})
	return same(answer, "host answers plugin", err)
}

// prints expects that the plugin's handler does not wait for the host to read, and that every byte comes.
func (c *client) prints(what string, number int) error {
	c.printed.reset()
	headers := map[string]string{"do": "print", "what": what, "number": strconv.Itoa(number)}
	if _, err := c.act(headers); err != nil {
		return err
	}
	return c.printed.wait(output(what, number))
}

func same(got, want string, err error) error {
	if err == nil && got != want {
		return fmt.Errorf("expected %q, got %q", want, got)
	}
	return err
}

// A collector keeps what the plugin printed.
type collector struct {
	lock sync.Mutex
	data bytes.Buffer
}

func (c *collector) Write(data []byte) (int, error) {
	c.lock.Lock()
	defer c.lock.Unlock()
	return c.data.Write(data)
}

func (c *collector) reset() {
	c.lock.Lock()
	defer c.lock.Unlock()
	c.data.Reset()
}

func (c *collector) wait(want []byte) error {
	deadline := time.Now().Add(30 * time.Second)
	for {
		c.lock.Lock()
		length, equal := c.data.Len(), bytes.Equal(c.data.Bytes(), want)
		c.lock.Unlock()
		switch {
		case equal:
			return nil
		case length >= len(want):
			return fmt.Errorf("got %d bytes, but others than the plugin printed", length)
		case time.Now().After(deadline):
			return fmt.Errorf("expected %d bytes, got %d", len(want), length)
		}
		time.Sleep(5 * time.Millisecond)
	}
}
