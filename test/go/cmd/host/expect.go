package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

func same[T comparable](what string, want, got T) error {
	if want == got {
		return nil
	}
	return fmt.Errorf("%s: expected %v, got %v", what, want, got)
}

func sameList[T comparable](what string, want, got []T) error {
	if slices.Equal(want, got) {
		return nil
	}
	return fmt.Errorf("%s: expected %v, got %v", what, want, got)
}

func sameText(what, want string, got []byte) error {
	return same(what, want, string(got))
}

// sameFill expects n times the byte b, and never prints what it got.
func sameFill(what string, n int, b byte, got []byte) error {
	if len(got) != n {
		return fmt.Errorf("%s: expected %d bytes, got %d", what, n, len(got))
	}
	if bytes.Count(got, []byte{b}) != n {
		return fmt.Errorf("%s: expected nothing but %q, got other bytes", what, b)
	}
	return nil
}

// failsWith expects one of the codes.
func failsWith(err error, want ...codes.Code) error {
	if err == nil {
		return fmt.Errorf("expected code %v, got an answer", want)
	}
	if got := status.Code(err); !slices.Contains(want, got) {
		return fmt.Errorf("expected code %v, got %v: %v", want, got, err)
	}
	return nil
}

// receiveAll reads a server stream to its end.
func receiveAll[T any](stream grpc.ServerStreamingClient[T], err error) ([]*T, error) {
	var all []*T
	for err == nil {
		var message *T
		if message, err = stream.Recv(); err == nil {
			all = append(all, message)
		}
	}
	if errors.Is(err, io.EOF) {
		err = nil
	}
	return all, err
}
