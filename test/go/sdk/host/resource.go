package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/grafana/grafana-plugin-sdk-go/genproto/pluginv2"
	"google.golang.org/grpc"
	"google.golang.org/grpc/metadata"

	"grafana-plugin-protocol.test/peers/internal/canonical"
	"grafana-plugin-protocol.test/peers/sdk/internal/hosting"
)

func (f *fixture) resourceCases() []hosting.Case {
	return []hosting.Case{
		{Name: "CallResource chunks", Run: f.chunks},
		{Name: "CallResource echo", Run: f.echoResource},
		{Name: "CallResource not found", Run: f.notFound},
		{Name: "metadata CallResource", Run: f.metadata},
	}
}

func (f *fixture) call(ctx context.Context, req *pluginv2.CallResourceRequest, options ...grpc.CallOption) ([]*pluginv2.CallResourceResponse, error) {
	req.PluginContext = pluginContext()
	stream, err := f.resource.CallResource(ctx, req, options...)
	if err != nil {
		return nil, err
	}
	return receiveAll(stream.Recv)
}

// receiveAll reads a server stream to its end.
func receiveAll[T any](receive func() (T, error)) ([]T, error) {
	var all []T
	for {
		message, err := receive()
		if errors.Is(err, io.EOF) {
			return all, nil
		}
		if err != nil {
			return all, err
		}
		all = append(all, message)
	}
}

// whole expects an answer of one message.
func (f *fixture) whole(ctx context.Context, req *pluginv2.CallResourceRequest, options ...grpc.CallOption) (*pluginv2.CallResourceResponse, error) {
	got, err := f.call(ctx, req, options...)
	if err == nil && len(got) != 1 {
		err = fmt.Errorf("expected one message, got %d", len(got))
	}
	if err != nil {
		return nil, err
	}
	return got[0], nil
}

func (f *fixture) chunks(ctx context.Context) error {
	got, err := f.call(ctx, &pluginv2.CallResourceRequest{Path: "chunks", Method: "GET", Url: "chunks"})
	bodies := []string{}
	for _, message := range got {
		bodies = append(bodies, string(message.Body))
	}
	if err := errors.Join(err, hosting.SameList("bodies", []string{"one", "two", "three"}, bodies)); err != nil {
		return err
	}
	return errors.Join(
		hosting.Same("code", 200, got[0].Code),
		hosting.SameList("Content-Type", []string{"text/plain"}, got[0].Headers["Content-Type"].GetValues()),
		hosting.SameList("X-Fixture", []string{"a", "b"}, got[0].Headers["X-Fixture"].GetValues()),
	)
}

func (f *fixture) echoResource(ctx context.Context) error {
	body := []byte{0x00, 0xff, 0x10, 'x'}
	got, err := f.whole(ctx, &pluginv2.CallResourceRequest{
		Path:    "echo",
		Method:  "POST",
		Url:     "echo?x=1&y=a%20b",
		Headers: map[string]*pluginv2.StringList{"X-Fixture": {Values: []string{"a", "b"}}},
		Body:    body,
	})
	return errors.Join(err, hosting.Same("code", 201, got.GetCode()), hosting.Same("body", string(canonical.JSON(canonical.Object{
		"body":     body,
		"method":   "POST",
		"path":     "echo",
		"url":      "echo?x=1&y=a%20b",
		"xFixture": []string{"a", "b"},
	})), string(got.GetBody())))
}

func (f *fixture) notFound(ctx context.Context) error {
	got, err := f.whole(ctx, &pluginv2.CallResourceRequest{Path: "nowhere", Method: "GET", Url: "nowhere"})
	return errors.Join(err, hosting.Same("code", 404, got.GetCode()))
}

// metadata sends one key twice with bytes that are not text, of lengths 3 and 1, so that padding matters.
func (f *fixture) metadata(ctx context.Context) error {
	ctx = metadata.AppendToOutgoingContext(ctx,
		"x-fixture", "plain", "x-fixture-bin", "\x00\xff\x10", "x-fixture-bin", "\x80")
	var header, trailer metadata.MD
	got, err := f.whole(ctx, &pluginv2.CallResourceRequest{Path: "metadata"}, grpc.Header(&header), grpc.Trailer(&trailer))
	return errors.Join(err,
		hosting.Same("body", string(canonical.JSON(canonical.Object{
			"x-fixture":     []string{"plain"},
			"x-fixture-bin": [][]byte{{0x00, 0xff, 0x10}, {0x80}},
		})), string(got.GetBody())),
		hosting.SameList("header x-fixture-reply-bin", []string{"\x00\xff\x10"}, header.Get("x-fixture-reply-bin")),
		hosting.SameList("trailer x-fixture-trailer-bin", []string{"\x01\x02"}, trailer.Get("x-fixture-trailer-bin")),
	)
}

type counters struct {
	Cancelled int64 `json:"cancelled"`
	Slept     int64 `json:"slept"`
}

func (f *fixture) counters(ctx context.Context) (counters, error) {
	var out counters
	got, err := f.whole(ctx, &pluginv2.CallResourceRequest{Path: "state"})
	if err != nil {
		return out, err
	}
	err = json.Unmarshal(got.Body, &out)
	return out, err
}
