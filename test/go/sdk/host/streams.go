//go:build streams

package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/grafana/grafana-plugin-sdk-go/backend/grpcplugin"
	"github.com/grafana/grafana-plugin-sdk-go/genproto/pluginv2"
	"github.com/hashicorp/go-plugin"
	"google.golang.org/grpc/codes"

	"grafana-plugin-protocol.test/peers/sdk/internal/hosting"
)

func addStreams(set plugin.PluginSet) {
	set["stream"] = &grpcplugin.StreamGRPCPlugin{}
}

// A streaming has the client of the Stream service.
type streaming struct{ client grpcplugin.StreamClient }

func streamCases(client *plugin.GRPCClient) ([]hosting.Case, error) {
	typed, err := hosting.Dispense[grpcplugin.StreamClient](client, "stream")
	s := streaming{typed}
	return []hosting.Case{
		{Name: "SubscribeStream OK", Run: s.subscribe("ok/1", pluginv2.SubscribeStreamResponse_OK, `{"path":"ok/1"}`)},
		{Name: "SubscribeStream NOT_FOUND", Run: s.subscribe("missing", pluginv2.SubscribeStreamResponse_NOT_FOUND, "")},
		{Name: "PublishStream OK", Run: s.publish},
		{Name: "RunStream count", Run: s.count},
		{Name: "RunStream fail", Run: s.fail},
	}, err
}

func (s streaming) subscribe(path string, want pluginv2.SubscribeStreamResponse_Status, data string) func(context.Context) error {
	return func(ctx context.Context) error {
		got, err := s.client.SubscribeStream(ctx, &pluginv2.SubscribeStreamRequest{PluginContext: pluginContext(), Path: path})
		return errors.Join(err, hosting.Same("status", want, got.GetStatus()), hosting.Same("data", data, string(got.GetData())))
	}
}

func (s streaming) publish(ctx context.Context) error {
	got, err := s.client.PublishStream(ctx, &pluginv2.PublishStreamRequest{
		PluginContext: pluginContext(), Path: "ok", Data: []byte(`{"b":1}`),
	})
	return errors.Join(err,
		hosting.Same("status", pluginv2.PublishStreamResponse_OK, got.GetStatus()),
		hosting.Same("data", `{"b":1}`, string(got.GetData())))
}

func (s streaming) run(ctx context.Context, path string) ([]string, error) {
	stream, err := s.client.RunStream(ctx, &pluginv2.RunStreamRequest{PluginContext: pluginContext(), Path: path})
	if err != nil {
		return nil, err
	}
	packets := []string{}
	got, err := receiveAll(stream.Recv)
	for _, packet := range got {
		packets = append(packets, string(packet.Data))
	}
	return packets, err
}

func (s streaming) count(ctx context.Context) error {
	want := []string{}
	for n := range 100 {
		want = append(want, fmt.Sprintf(`{"n":%d}`, n))
	}
	got, err := s.run(ctx, "count/100")
	return errors.Join(err, hosting.SameList("packets", want, got))
}

func (s streaming) fail(ctx context.Context) error {
	got, err := s.run(ctx, "fail")
	return errors.Join(hosting.FailsWith(err, codes.Unknown), hosting.SameList("packets", []string{`{"n":0}`}, got))
}
