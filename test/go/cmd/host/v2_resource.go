package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/grafana/grafana-plugin-sdk-go/genproto/pluginv2"
	"google.golang.org/grpc"
	"google.golang.org/grpc/metadata"

	"grafana-plugin-protocol.test/peers/internal/canonical"
	"grafana-plugin-protocol.test/peers/internal/values"
)

func (p *v2Plugin) resourceCases() []testCase {
	return []testCase{
		{"CallResource chunks", p.resourceChunks},
		{"CallResource echo", p.resourceEcho},
		{"CallResource not found", p.resourceNotFound},
		{"metadata CallResource", p.resourceMetadata},
	}
}

func resourceRequest(path, url string) *pluginv2.CallResourceRequest {
	return &pluginv2.CallResourceRequest{PluginContext: values.PluginContext(), Path: path, Method: "GET", Url: url}
}

// wholeResource expects an answer of one message.
func (p *v2Plugin) wholeResource(ctx context.Context, req *pluginv2.CallResourceRequest, options ...grpc.CallOption) (*pluginv2.CallResourceResponse, error) {
	got, err := receiveAll(p.resource.CallResource(ctx, req, options...))
	if err != nil {
		return nil, err
	}
	if len(got) != 1 {
		return nil, fmt.Errorf("expected one message, got %d", len(got))
	}
	return got[0], nil
}

func (p *v2Plugin) resourceChunks(ctx context.Context) error {
	got, err := receiveAll(p.resource.CallResource(ctx, resourceRequest("chunks", "chunks")))
	if err != nil {
		return err
	}
	if err := same("messages", 3, len(got)); err != nil {
		return err
	}
	return errors.Join(
		same("code", 200, got[0].Code),
		sameList("Content-Type", []string{"text/plain"}, got[0].Headers["Content-Type"].GetValues()),
		sameList("X-Fixture", []string{"a", "b"}, got[0].Headers["X-Fixture"].GetValues()),
		sameText("body of message 0", "one", got[0].Body),
		sameText("body of message 1", "two", got[1].Body),
		sameText("body of message 2", "three", got[2].Body),
	)
}

func (p *v2Plugin) resourceEcho(ctx context.Context) error {
	body := []byte{0x00, 0xff, 0x10, 'x'}
	got, err := p.wholeResource(ctx, &pluginv2.CallResourceRequest{
		PluginContext: values.PluginContext(),
		Path:          "echo",
		Method:        "POST",
		Url:           "echo?x=1&y=a%20b",
		Headers:       map[string]*pluginv2.StringList{"X-Fixture": {Values: []string{"a", "b"}}},
		Body:          body,
	})
	if err != nil {
		return err
	}
	return errors.Join(
		same("code", 201, got.Code),
		sameList("Content-Type", []string{"application/json"}, got.Headers["Content-Type"].GetValues()),
		sameText("body", string(canonical.JSON(canonical.Object{
			"body":     body,
			"method":   "POST",
			"path":     "echo",
			"url":      "echo?x=1&y=a%20b",
			"xFixture": []string{"a", "b"},
		})), got.Body),
	)
}

func (p *v2Plugin) resourceNotFound(ctx context.Context) error {
	got, err := p.wholeResource(ctx, resourceRequest("no/such/path", "no/such/path"))
	if err != nil {
		return err
	}
	return errors.Join(same("code", 404, got.Code), sameText("body", "not found", got.Body))
}

// resourceMetadata calls three times: from the second on, what was sent comes from the tables of HPACK.
func (p *v2Plugin) resourceMetadata(ctx context.Context) error {
	for range 3 {
		if err := p.resourceMetadataOnce(ctx); err != nil {
			return err
		}
	}
	return nil
}

// resourceMetadataOnce sends one key twice with bytes that are not text, of lengths 3 and 1, so that padding matters; and
// one with spaces at its ends, as Grafana does for a data source whose name has some.
func (p *v2Plugin) resourceMetadataOnce(ctx context.Context) error {
	ctx = metadata.AppendToOutgoingContext(ctx,
		"x-fixture", "plain",
		"x-fixture-bin", "\x00\xff\x10",
		"x-fixture-bin", "\x80",
		"x-fixture-spaces", " outer ",
	)
	var header, trailer metadata.MD
	got, err := p.wholeResource(ctx, resourceRequest("metadata", "metadata"), grpc.Header(&header), grpc.Trailer(&trailer))
	if err != nil {
		return err
	}
	return errors.Join(
		same("code", 200, got.Code),
		sameText("body", string(canonical.JSON(canonical.Object{
			"x-fixture":     []string{"plain"},
			"x-fixture-bin": [][]byte{{0x00, 0xff, 0x10}, {0x80}},
		})), got.Body),
		sameList("header x-fixture-reply-bin", []string{"\x00\xff\x10"}, header.Get("x-fixture-reply-bin")),
		sameList("trailer x-fixture-trailer-bin", []string{"\x01\x02"}, trailer.Get("x-fixture-trailer-bin")),
		same("header x-fixture-spaces", "outer", strings.TrimSpace(strings.Join(header.Get("x-fixture-spaces"), ","))),
		same("trailer x-fixture-spaces", "outer", strings.TrimSpace(strings.Join(trailer.Get("x-fixture-spaces"), ","))),
	)
}

type counters struct {
	Cancelled int64 `json:"cancelled"`
	Running   int64 `json:"running"`
	Slept     int64 `json:"slept"`
}

func (p *v2Plugin) counters(ctx context.Context) (counters, error) {
	var out counters
	got, err := p.wholeResource(ctx, resourceRequest("state", "state"))
	if err != nil {
		return out, err
	}
	err = json.Unmarshal(got.Body, &out)
	return out, err
}
