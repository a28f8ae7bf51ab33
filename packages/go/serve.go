package gpp

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"runtime/debug"
	"sync"
	"syscall"
	"time"

	"github.com/hashicorp/go-hclog"
	"github.com/hashicorp/go-plugin"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

const (
	// The default of ServeOptions.MaxReceiveBytes, as in the SDK.
	defaultMaxReceiveBytes = 16 << 20
	// How long calls may take to end after SIGTERM or without a host. A host kills 2 seconds after it asked for the end.
	endGrace = time.Second
	// How often a plugin looks for its host.
	hostCheckInterval = 500 * time.Millisecond
)

// ServeOptions are the options of [ServeWith].
type ServeOptions struct {
	// Logger receives what this package logs. Default: [NewLogger].
	Logger hclog.Logger
	// MaxReceiveBytes is the greatest message that a host may send. Default: 16 MiB, as in Grafana's SDK.
	MaxReceiveBytes int
	// ServerOptions are added to those of this package, e.g. interceptors (grpc.ChainUnaryInterceptor).
	ServerOptions []grpc.ServerOption
}

// NewLogger makes a logger that hosts read: hclog's JSON, to the real stderr. Make it before [Serve], because go-plugin
// replaces os.Stderr.
func NewLogger() hclog.Logger {
	return hclog.New(&hclog.LoggerOptions{Level: hclog.Debug, Output: os.Stderr, JSONFormat: true})
}

// Serve serves a plugin until its host ends it, and returns then; the program should end after it. Of the given majors
// the greatest is served that the host has as well, or the smallest when there is none or the host sent no list.
//
// Where serving is impossible, the program ends with exit code 1: when it is started by hand, with go-plugin's text; when
// the directory for the socket is not there, with one line. It also ends when the host is gone, and after SIGTERM, without
// leaving a socket. The socket is for its user alone.
//
// A panic of a handler is an error of its call (codes.Unknown), and is logged with its stack.
func Serve(majors ...Major) { ServeWith(ServeOptions{}, majors...) }

// ServeWith is [Serve] with options.
func ServeWith(options ServeOptions, majors ...Major) {
	if options.Logger == nil {
		options.Logger = NewLogger()
	}
	if options.MaxReceiveBytes == 0 {
		options.MaxReceiveBytes = defaultMaxReceiveBytes
	}
	if err := checkEnvironment(majors); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	host := os.Getppid()
	// A write to a pipe that nobody reads is an error then, and does not end the program.
	signal.Notify(make(chan os.Signal, 1), syscall.SIGPIPE)
	if os.Getenv(handshake.MagicCookieKey) == handshake.MagicCookieValue {
		cleanEnvironment()
		err := forwardHandshake(func(fields []string) {
			options.Logger.Info("plugin is served", "protocolVersion", fields[1], "network", fields[2], "address", fields[3])
		})
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
	lifetime := &lifetime{ended: make(chan struct{})}
	sets := map[int]plugin.PluginSet{}
	for _, major := range majors {
		sets[major.ProtocolVersion()] = plugin.PluginSet{"grpc": &served{major: major}}
	}
	restore := socketsForUserAlone()
	plugin.Serve(&plugin.ServeConfig{
		HandshakeConfig:  handshake,
		VersionedPlugins: sets,
		// go-plugin logs each of its steps, as debugging needs it; errors are for everybody.
		Logger: hclog.New(&hclog.LoggerOptions{Level: hclog.Warn, Output: os.Stderr, JSONFormat: true}),
		GRPCServer: func(own []grpc.ServerOption) *grpc.Server {
			// go-plugin makes the server after the listener.
			restore()
			server := grpc.NewServer(append(append(own, limits(options)...), options.ServerOptions...)...)
			lifetime.begin(server, host)
			return server
		},
	})
	restore()
	if !lifetime.begun {
		// go-plugin has logged why it cannot listen, and would exit with 0.
		os.Exit(1)
	}
	close(lifetime.ended)
}

// A lifetime ends the server when nobody needs it.
type lifetime struct {
	begun bool
	ended chan struct{}
}

func (l *lifetime) begin(server *grpc.Server, host int) {
	l.begun = true
	terminated := make(chan os.Signal, 1)
	signal.Notify(terminated, syscall.SIGTERM)
	go func() {
		ticker := time.NewTicker(hostCheckInterval)
		defer ticker.Stop()
		for {
			select {
			case <-l.ended:
				return
			case <-terminated:
				stop(server)
				return
			case <-ticker.C:
				if os.Getppid() != host {
					stop(server)
					return
				}
			}
		}
	}()
}

// stop lets calls end, but not for long: a stream may have no end of its own.
func stop(server *grpc.Server) {
	timer := time.AfterFunc(endGrace, server.Stop)
	defer timer.Stop()
	server.GracefulStop()
}

func limits(options ServeOptions) []grpc.ServerOption {
	return []grpc.ServerOption{
		grpc.MaxRecvMsgSize(options.MaxReceiveBytes),
		grpc.ChainUnaryInterceptor(func(
			ctx context.Context, request any, info *grpc.UnaryServerInfo, handler grpc.UnaryHandler,
		) (response any, err error) {
			defer recoverCall(options.Logger, info.FullMethod, &err)
			return handler(ctx, request)
		}),
		grpc.ChainStreamInterceptor(func(
			service any, stream grpc.ServerStream, info *grpc.StreamServerInfo, handler grpc.StreamHandler,
		) (err error) {
			defer recoverCall(options.Logger, info.FullMethod, &err)
			return handler(service, stream)
		}),
	}
}

func recoverCall(logger hclog.Logger, method string, err *error) {
	if cause := recover(); cause != nil {
		logger.Error("a handler panicked", "method", method, "panic", fmt.Sprint(cause), "stack", string(debug.Stack()))
		*err = status.Errorf(codes.Unknown, "panic in %s: %v", method, cause)
	}
}

// served is a major in go-plugin's terms: one plugin that registers all services.
type served struct {
	plugin.NetRPCUnsupportedPlugin
	major Major
}

func (s *served) GRPCServer(_ *plugin.GRPCBroker, server *grpc.Server) error {
	s.major.Register(server)
	return nil
}

func (s *served) GRPCClient(_ context.Context, _ *plugin.GRPCBroker, conn *grpc.ClientConn) (any, error) {
	return conn, nil
}

// once makes a function that does its work at its first call only.
func once(work func()) func() {
	var done sync.Once
	return func() { done.Do(work) }
}
