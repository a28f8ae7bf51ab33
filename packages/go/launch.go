package gpp

import (
	"context"
	"errors"
	"fmt"
	"math"
	"os/exec"
	"slices"
	"sync"
	"time"

	"github.com/hashicorp/go-hclog"
	"github.com/hashicorp/go-plugin"
	"google.golang.org/grpc"
)

// LaunchOptions say which plugin is started, and how.
type LaunchOptions struct {
	// Command is the program with its arguments and environment. It must not have been started. Its Stdin should stay nil.
	Command *exec.Cmd
	// Majors are the protocol majors that the host can speak, e.g. [2]; default [2, 1]. The plugin takes the greatest that
	// it has.
	Majors []int
	// StartTimeout is how long the plugin may take to its handshake line. Default: one minute, go-plugin's.
	StartTimeout time.Duration
	// Logger receives what the plugin logs, and what go-plugin says about it. Default: nothing is logged.
	Logger hclog.Logger
	// AutoMTLS encrypts the connection with certificates of this start. Grafana does not use it.
	AutoMTLS bool
	// DialOptions are added to those of this package.
	DialOptions []grpc.DialOption
}

// A Plugin is a started plugin. [Plugin.Close] ends it.
type Plugin struct {
	// V1 and V2 have the clients of the major that was agreed on. The other one is nil.
	V1 *V1Clients
	V2 *V2Clients
	// ProtocolVersion is that major.
	ProtocolVersion int
	// Conn is the connection, for other services.
	Conn *grpc.ClientConn
	// Pid is the process of the plugin.
	Pid int

	client   *plugin.Client
	command  *exec.Cmd
	watchdog *watchdog
}

// go-plugin kills a plugin after two seconds.
const groupGrace = 3 * time.Second

// Launch starts a plugin, agrees on a major with it and connects. The error of a start that failed ends with the last
// lines of the plugin's stderr, and nothing is left of the plugin then. The plugin ends with its host, even if that is
// killed: on Unix it gets a process group of its own, which a small shell kills when the host is gone.
//
// ctx bounds the start only; a plugin that has started runs until Close.
func Launch(ctx context.Context, options LaunchOptions) (*Plugin, error) {
	if options.Command == nil {
		return nil, errors.New("expected LaunchOptions.Command, got nil: set it to exec.Command(path)")
	}
	majors := options.Majors
	if len(majors) == 0 {
		majors = []int{2, 1}
	}
	sets := map[int]plugin.PluginSet{}
	for _, major := range majors {
		if major != 1 && major != 2 {
			return nil, fmt.Errorf("expected the protocol majors 1 and 2, got %d", major)
		}
		sets[major] = plugin.PluginSet{"grpc": &served{}}
	}
	tail := &lastLines{}
	logger := options.Logger
	if logger == nil {
		logger = hclog.NewNullLogger()
	}
	ownGroup(options.Command)
	client := plugin.NewClient(&plugin.ClientConfig{
		HandshakeConfig:  handshake,
		VersionedPlugins: sets,
		Cmd:              options.Command,
		AllowedProtocols: []plugin.Protocol{plugin.ProtocolGRPC},
		StartTimeout:     options.StartTimeout,
		Logger:           logger,
		Stderr:           tail,
		AutoMTLS:         options.AutoMTLS,
		GRPCDialOptions: append([]grpc.DialOption{
			grpc.WithDefaultCallOptions(grpc.MaxCallRecvMsgSize(math.MaxInt32)),
		}, options.DialOptions...),
	})
	// go-plugin has no way to give up a start. Kill ends the process, and with it the start.
	unwatch := context.AfterFunc(ctx, client.Kill)
	connected, err := connect(client)
	if !unwatch() {
		err = errors.Join(context.Cause(ctx), err)
	}
	if err != nil {
		// First what the plugin has started: go-plugin waits until nobody holds its pipes any more.
		killGroup(options.Command)
		client.Kill()
		return nil, fmt.Errorf("cannot start the plugin %q: %w%s", options.Command.Path, err, tail.suffix())
	}
	connected.command = options.Command
	connected.watchdog = watch(connected.Pid)
	return connected, nil
}

func connect(client *plugin.Client) (*Plugin, error) {
	if _, err := client.Start(); err != nil {
		return nil, err
	}
	protocol, err := client.Client()
	if err != nil {
		return nil, err
	}
	raw, err := protocol.Dispense("grpc")
	if err != nil {
		return nil, err
	}
	conn, ok := raw.(*grpc.ClientConn)
	if !ok {
		return nil, fmt.Errorf("expected a gRPC connection, got %T", raw)
	}
	started := &Plugin{ProtocolVersion: client.NegotiatedVersion(), Conn: conn, client: client}
	if config := client.ReattachConfig(); config != nil {
		started.Pid = config.Pid
	}
	switch started.ProtocolVersion {
	case 1:
		started.V1 = newV1Clients(conn)
	case 2:
		started.V2 = newV2Clients(conn)
	}
	return started, nil
}

// Exited tells whether the process has ended.
func (p *Plugin) Exited() bool { return p.client.Exited() }

// Close ends the plugin: it is asked to end, and killed if it has not after two seconds, with what it has started.
// Closing twice is one end.
func (p *Plugin) Close() {
	// go-plugin waits until nobody holds the plugin's pipes any more, and a process that it has started may.
	timer := time.AfterFunc(groupGrace, func() { killGroup(p.command) })
	p.client.Kill()
	timer.Stop()
	p.watchdog.stop()
}

// lastLines keeps the end of what is written to it.
type lastLines struct {
	lock sync.Mutex
	text []byte
}

const tailBytes = 2048

func (l *lastLines) Write(bytes []byte) (int, error) {
	l.lock.Lock()
	defer l.lock.Unlock()
	l.text = append(l.text, bytes...)
	if len(l.text) > tailBytes {
		l.text = slices.Clone(l.text[len(l.text)-tailBytes:])
	}
	return len(bytes), nil
}

func (l *lastLines) suffix() string {
	l.lock.Lock()
	defer l.lock.Unlock()
	if len(l.text) == 0 {
		return "; it wrote nothing to stderr"
	}
	return fmt.Sprintf("; the last lines of its stderr:\n%s", l.text)
}
