package main

import (
	"bytes"
	"context"
	"net/http"
	"net/url"
	"strconv"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"google.golang.org/grpc"
	"google.golang.org/grpc/metadata"

	"grafana-plugin-protocol.test/peers/internal/canonical"
)

func (f *fixture) CallResource(ctx context.Context, req *backend.CallResourceRequest, sender backend.CallResourceResponseSender) error {
	switch req.Path {
	case "chunks":
		return sendChunks(sender)
	case "echo":
		return sender.Send(&backend.CallResourceResponse{
			Status:  http.StatusCreated,
			Headers: map[string][]string{"Content-Type": {"application/json"}},
			Body:    echoResource(req),
		})
	case "metadata":
		return sendMetadata(ctx, sender)
	case "bytes":
		return sendBytes(req.URL, sender)
	case "state":
		return ok(sender, canonical.JSON(canonical.Object{
			"cancelled": f.cancelled.Load(),
			"running":   f.running.Load(),
			"slept":     f.slept.Load(),
		}))
	case "slow":
		if err := ok(sender, []byte("one")); err != nil {
			return err
		}
		return f.untilCancelled(ctx)
	default:
		return sender.Send(&backend.CallResourceResponse{Status: http.StatusNotFound, Body: []byte("not found")})
	}
}

func ok(sender backend.CallResourceResponseSender, body []byte) error {
	return sender.Send(&backend.CallResourceResponse{Status: http.StatusOK, Body: body})
}

// sendChunks sets code and headers on the first message only, as hosts read them.
func sendChunks(sender backend.CallResourceResponseSender) error {
	first := &backend.CallResourceResponse{
		Status: http.StatusOK,
		Headers: map[string][]string{
			"Content-Type": {"text/plain"},
			"X-Fixture":    {"a", "b"},
		},
		Body: []byte("one"),
	}
	if err := sender.Send(first); err != nil {
		return err
	}
	if err := sender.Send(&backend.CallResourceResponse{Body: []byte("two")}); err != nil {
		return err
	}
	return sender.Send(&backend.CallResourceResponse{Body: []byte("three")})
}

func echoResource(req *backend.CallResourceRequest) []byte {
	return canonical.JSON(canonical.Object{
		"body":     append([]byte{}, req.Body...),
		"method":   req.Method,
		"path":     req.Path,
		"url":      req.URL,
		"xFixture": append([]string{}, req.Headers["X-Fixture"]...),
	})
}

// sendMetadata tells the metadata of the request and answers with a header and a trailer that are not text.
func sendMetadata(ctx context.Context, sender backend.CallResourceResponseSender) error {
	if err := grpc.SetHeader(ctx, metadata.Pairs("x-fixture-reply-bin", "\x00\xff\x10", "x-fixture-spaces", " outer ")); err != nil {
		return err
	}
	if err := grpc.SetTrailer(ctx, metadata.Pairs("x-fixture-trailer-bin", "\x01\x02", "x-fixture-spaces", " outer ")); err != nil {
		return err
	}
	seen, _ := metadata.FromIncomingContext(ctx)
	binary := [][]byte{}
	for _, value := range seen.Get("x-fixture-bin") {
		binary = append(binary, []byte(value))
	}
	return ok(sender, canonical.JSON(canonical.Object{
		"x-fixture":     append([]string{}, seen.Get("x-fixture")...),
		"x-fixture-bin": binary,
	}))
}

func sendBytes(rawURL string, sender backend.CallResourceResponseSender) error {
	asked, err := url.Parse(rawURL)
	if err != nil {
		return err
	}
	n, err := strconv.Atoi(asked.Query().Get("n"))
	if err != nil {
		return err
	}
	return ok(sender, bytes.Repeat([]byte("x"), n))
}
