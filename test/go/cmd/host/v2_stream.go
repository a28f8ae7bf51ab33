package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/grafana/grafana-plugin-sdk-go/genproto/pluginv2"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"grafana-plugin-protocol.test/peers/internal/values"
)

func (p *v2Plugin) streamCases() []testCase {
	const (
		subscribed = pluginv2.SubscribeStreamResponse_OK
		published  = pluginv2.PublishStreamResponse_OK
	)
	return []testCase{
		{"SubscribeStream OK", p.subscribe("ok/a b", subscribed, `{"path":"ok/a b"}`)},
		{"SubscribeStream NOT_FOUND", p.subscribe("missing", pluginv2.SubscribeStreamResponse_NOT_FOUND, "")},
		{"SubscribeStream PERMISSION_DENIED", p.subscribe("secret", pluginv2.SubscribeStreamResponse_PERMISSION_DENIED, "")},
		{"PublishStream OK", p.publish("ok", published, `{"b":1}`)},
		{"PublishStream NOT_FOUND", p.publish("missing", pluginv2.PublishStreamResponse_NOT_FOUND, "")},
		{"PublishStream PERMISSION_DENIED", p.publish("secret", pluginv2.PublishStreamResponse_PERMISSION_DENIED, "")},
		{"RunStream count", p.runCount(100)},
		{"RunStream without packets", p.runCount(0)},
		{"RunStream fail", p.runFail},
	}
}

func (p *v2Plugin) subscribe(path string, want pluginv2.SubscribeStreamResponse_Status, data string) func(context.Context) error {
	return func(ctx context.Context) error {
		got, err := p.stream.SubscribeStream(ctx, &pluginv2.SubscribeStreamRequest{PluginContext: values.PluginContext(), Path: path})
		return errors.Join(err, same("status", want, got.GetStatus()), sameText("data", data, got.GetData()))
	}
}

func (p *v2Plugin) publish(path string, want pluginv2.PublishStreamResponse_Status, data string) func(context.Context) error {
	return func(ctx context.Context) error {
		got, err := p.stream.PublishStream(ctx, &pluginv2.PublishStreamRequest{
			PluginContext: values.PluginContext(),
			Path:          path,
			Data:          []byte(`{"b":1}`),
		})
		return errors.Join(err, same("status", want, got.GetStatus()), sameText("data", data, got.GetData()))
	}
}

func runRequest(path string) *pluginv2.RunStreamRequest {
	return &pluginv2.RunStreamRequest{PluginContext: values.PluginContext(), Path: path}
}

func samePacket(i int, got *pluginv2.StreamPacket) error {
	return sameText(fmt.Sprintf("packet %d", i), fmt.Sprintf(`{"n":%d}`, i), got.GetData())
}

func (p *v2Plugin) runCount(n int) func(context.Context) error {
	return func(ctx context.Context) error {
		got, err := receiveAll(p.stream.RunStream(ctx, runRequest(fmt.Sprintf("count/%d", n))))
		if err := errors.Join(err, same("packets", n, len(got))); err != nil {
			return err
		}
		for i, packet := range got {
			if err := samePacket(i, packet); err != nil {
				return err
			}
		}
		return nil
	}
}

func (p *v2Plugin) runFail(ctx context.Context) error {
	got, err := receiveAll(p.stream.RunStream(ctx, runRequest("fail")))
	if err := errors.Join(failsWith(err, codes.Unknown), same("packets", 1, len(got))); err != nil {
		return err
	}
	return errors.Join(samePacket(0, got[0]), same("message", "stream broke", status.Convert(err).Message()))
}
