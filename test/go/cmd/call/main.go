// Command call starts a plugin as a Grafana host would, and calls what it reads from stdin: a JSON line for each call,
// `{"method": "/pluginv2.Data/QueryData", "request": {…}}`. It prints a JSON line for each, with the messages of the
// answer, `{"messages": [{…}]}`, or `{"code": "Unknown", "error": "…"}`. Messages are the official modules', in ProtoJSON.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"

	"github.com/grafana/grafana-plugin-sdk-go/backend/grpcplugin"
	"github.com/hashicorp/go-hclog"
	"github.com/hashicorp/go-plugin"
	"google.golang.org/grpc"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/encoding/protojson"
)

const maxLine = 64 << 20

type call struct {
	Method  string          `json:"method"`
	Request json.RawMessage `json:"request"`
}

type answer struct {
	Messages []json.RawMessage `json:"messages"`
	Code     string            `json:"code,omitempty"`
	Error    string            `json:"error,omitempty"`
}

func main() {
	major := flag.Int("major", 2, "the protocol major to offer")
	flag.Parse()
	if err := run(*major, flag.Args(), os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "call:", err)
		os.Exit(1)
	}
}

func run(major int, command []string, in io.Reader, out io.Writer) error {
	if len(command) == 0 {
		return errors.New("expected the plugin's command after the flags")
	}
	// The clients are not dispensed: the connection is enough.
	set := plugin.PluginSet{"none": &unused{}}
	client := plugin.NewClient(&plugin.ClientConfig{
		HandshakeConfig: plugin.HandshakeConfig{
			MagicCookieKey:   grpcplugin.MagicCookieKey,
			MagicCookieValue: grpcplugin.MagicCookieValue,
		},
		VersionedPlugins: map[int]plugin.PluginSet{major: set},
		AllowedProtocols: []plugin.Protocol{plugin.ProtocolGRPC},
		Cmd:              exec.Command(command[0], command[1:]...),
		Logger:           hclog.New(&hclog.LoggerOptions{Name: "call", Output: os.Stderr, Level: hclog.Warn}),
	})
	defer client.Kill()
	protocol, err := client.Client()
	if err != nil {
		return err
	}
	connected, ok := protocol.(*plugin.GRPCClient)
	if !ok {
		return fmt.Errorf("expected a gRPC client, got %T", protocol)
	}
	lines := bufio.NewScanner(in)
	lines.Buffer(nil, maxLine)
	encoder := json.NewEncoder(out)
	for lines.Scan() {
		var c call
		if err := json.Unmarshal(lines.Bytes(), &c); err != nil {
			return fmt.Errorf("expected a JSON line with method and request: %w", err)
		}
		got, err := invoke(context.Background(), connected.Conn, c)
		if err != nil {
			return err
		}
		if err := encoder.Encode(got); err != nil {
			return err
		}
	}
	return lines.Err()
}

// invoke calls one method; the status of a failed call is part of its answer.
func invoke(ctx context.Context, conn *grpc.ClientConn, c call) (answer, error) {
	method, ok := methods[c.Method]
	if !ok {
		return answer{}, fmt.Errorf("no method %q", c.Method)
	}
	request := method.request()
	if err := protojson.Unmarshal(c.Request, request); err != nil {
		return answer{}, fmt.Errorf("%s: %w", c.Method, err)
	}
	got := answer{Messages: []json.RawMessage{}}
	stream, err := conn.NewStream(ctx, &grpc.StreamDesc{ServerStreams: true}, c.Method)
	if err == nil {
		err = stream.SendMsg(request)
	}
	if err == nil {
		err = stream.CloseSend()
	}
	for err == nil {
		message := method.response()
		if err = stream.RecvMsg(message); err != nil {
			break
		}
		text, errJSON := protojson.Marshal(message)
		if errJSON != nil {
			return answer{}, errJSON
		}
		got.Messages = append(got.Messages, text)
	}
	if !errors.Is(err, io.EOF) {
		failure := status.Convert(err)
		got.Code, got.Error = failure.Code().String(), failure.Message()
	}
	return got, nil
}

type unused struct{ plugin.NetRPCUnsupportedPlugin }

func (*unused) GRPCServer(*plugin.GRPCBroker, *grpc.Server) error { return nil }

func (*unused) GRPCClient(context.Context, *plugin.GRPCBroker, *grpc.ClientConn) (any, error) {
	return nil, nil
}
