package main

import (
	"context"
	"errors"
	"fmt"
	"io"

	"google.golang.org/grpc"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/dynamicpb"

	"grafana-plugin-protocol.test/peers/internal/canonical"
	"grafana-plugin-protocol.test/peers/internal/dynamic"
	"grafana-plugin-protocol.test/peers/internal/image"
)

// An extensions calls services whose messages come from an image, on the connection of the plugin.
type extensions struct {
	conn  *grpc.ClientConn
	image *image.Image
}

// A check looks at the messages of an answer: one of a unary RPC.
type check func(got []*dynamicpb.Message) error

// are expects exactly these messages.
func are(want ...canonical.Object) check {
	return func(got []*dynamicpb.Message) error {
		if err := same("messages", len(want), len(got)); err != nil {
			return err
		}
		for i, message := range got {
			if err := dynamic.Same(message, want[i]); err != nil {
				return fmt.Errorf("message %d: %w", i, err)
			}
		}
		return nil
	}
}

// hasError expects one message whose field `error` is this; its other fields do not matter then.
func hasError(want string) check {
	return func(got []*dynamicpb.Message) error {
		return same("error", want, dynamic.Get(got[0], "error").String())
	}
}

// call sends a request in protobuf's JSON form.
func (e extensions) call(r rpc, req canonical.Object, check check) func(context.Context) error {
	return func(ctx context.Context) error {
		service, err := e.image.Service(protoreflect.FullName(r.service))
		if err != nil {
			return err
		}
		method := service.Methods().ByName(protoreflect.Name(r.method))
		if method == nil {
			return fmt.Errorf("%s has no method %s in the image", r.service, r.method)
		}
		message, err := dynamic.New(method.Input(), req)
		if err != nil {
			return err
		}
		got, err := e.receive(ctx, method, message)
		if err != nil {
			return err
		}
		return check(got)
	}
}

func (e extensions) receive(ctx context.Context, method protoreflect.MethodDescriptor, req *dynamicpb.Message) ([]*dynamicpb.Message, error) {
	path := fmt.Sprintf("/%s/%s", method.Parent().FullName(), method.Name())
	if !method.IsStreamingServer() {
		reply := dynamicpb.NewMessage(method.Output())
		return []*dynamicpb.Message{reply}, e.conn.Invoke(ctx, path, req, reply)
	}
	stream, err := e.conn.NewStream(ctx, &grpc.StreamDesc{ServerStreams: true}, path)
	if err != nil {
		return nil, err
	}
	if err := errors.Join(stream.SendMsg(req), stream.CloseSend()); err != nil {
		return nil, err
	}
	var all []*dynamicpb.Message
	for {
		reply := dynamicpb.NewMessage(method.Output())
		err := stream.RecvMsg(reply)
		if errors.Is(err, io.EOF) {
			return all, nil
		}
		if err != nil {
			return all, err
		}
		all = append(all, reply)
	}
}
