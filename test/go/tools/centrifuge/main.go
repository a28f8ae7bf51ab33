// Command centrifuge serves the streams of a plugin as Grafana Live does, on the library that Grafana has: for the first
// subscriber of a channel it calls SubscribeStream and RunStream, and publishes each packet. It prints its URL, and ends
// when stdin does.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"sync"

	"github.com/centrifugal/centrifuge"
	"github.com/grafana/grafana-plugin-sdk-go/backend/grpcplugin"
	"github.com/grafana/grafana-plugin-sdk-go/genproto/pluginv2"
	"github.com/hashicorp/go-hclog"
	"github.com/hashicorp/go-plugin"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "centrifuge:", err)
		os.Exit(1)
	}
}

func run(command []string) error {
	if len(command) == 0 {
		return errors.New("expected the command of a plugin, got none")
	}
	client := plugin.NewClient(&plugin.ClientConfig{
		HandshakeConfig: plugin.HandshakeConfig{
			MagicCookieKey:   grpcplugin.MagicCookieKey,
			MagicCookieValue: grpcplugin.MagicCookieValue,
		},
		VersionedPlugins: map[int]plugin.PluginSet{2: {"stream": &grpcplugin.StreamGRPCPlugin{}}},
		AllowedProtocols: []plugin.Protocol{plugin.ProtocolGRPC},
		Cmd:              exec.Command(command[0], command[1:]...),
		Logger:           hclog.NewNullLogger(),
		Stderr:           os.Stderr,
	})
	defer client.Kill()
	protocol, err := client.Client()
	if err != nil {
		return err
	}
	raw, err := protocol.Dispense("stream")
	if err != nil {
		return err
	}
	node, err := newNode(raw.(grpcplugin.StreamClient))
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	mux := http.NewServeMux()
	mux.Handle("/api/live/ws", withUser(centrifuge.NewWebsocketHandler(node, centrifuge.WebsocketConfig{})))
	server := &http.Server{Handler: mux}
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		_ = server.Close()
	}()
	fmt.Printf("http://%s\n", listener.Addr())
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

// newNode is set up as Grafana's: no history, no presence, the size of the queue of a client as there.
func newNode(streams grpcplugin.StreamClient) (*centrifuge.Node, error) {
	node, err := centrifuge.New(centrifuge.Config{ClientQueueMaxSize: 4 << 20})
	if err != nil {
		return nil, err
	}
	var running sync.Map
	node.OnConnect(func(client *centrifuge.Client) {
		client.OnSubscribe(func(event centrifuge.SubscribeEvent, done centrifuge.SubscribeCallback) {
			path := event.Channel[strings.LastIndex(event.Channel, "/")+1:]
			answer, err := streams.SubscribeStream(context.Background(), &pluginv2.SubscribeStreamRequest{Path: path})
			if err != nil || answer.Status != pluginv2.SubscribeStreamResponse_OK {
				done(centrifuge.SubscribeReply{}, centrifuge.ErrorPermissionDenied)
				return
			}
			if _, isRunning := running.LoadOrStore(event.Channel, true); !isRunning {
				go runStream(node, streams, event.Channel, path)
			}
			done(centrifuge.SubscribeReply{}, nil)
		})
	})
	return node, node.Run()
}

func runStream(node *centrifuge.Node, streams grpcplugin.StreamClient, channel, path string) {
	stream, err := streams.RunStream(context.Background(), &pluginv2.RunStreamRequest{Path: path})
	for err == nil {
		var packet *pluginv2.StreamPacket
		if packet, err = stream.Recv(); err == nil {
			_, err = node.Publish(channel, packet.Data)
		}
	}
	// The plugin ends with this program.
	if status.Code(err) != codes.Unavailable {
		fmt.Fprintln(os.Stderr, "the stream of", channel, "has ended:", err)
	}
}

func withUser(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		next.ServeHTTP(w, r.WithContext(centrifuge.SetCredentials(r.Context(), &centrifuge.Credentials{UserID: "1"})))
	})
}
