package main

import (
	"context"

	"github.com/hashicorp/go-plugin"
	"google.golang.org/grpc"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/dynamicpb"

	"grafana-plugin-protocol.test/peers/internal/canonical"
	"grafana-plugin-protocol.test/peers/internal/dynamic"
)

// A dynamicHandler answers a request with messages in protobuf's JSON form: one, or several if the RPC streams.
type dynamicHandler func(req protoreflect.Message) []canonical.Object

// A dynamicPlugin serves one service whose messages come from an image.
type dynamicPlugin struct {
	plugin.NetRPCUnsupportedPlugin
	service  protoreflect.ServiceDescriptor
	handlers map[protoreflect.Name]dynamicHandler
}

func (p *dynamicPlugin) GRPCServer(_ *plugin.GRPCBroker, server *grpc.Server) error {
	desc := &grpc.ServiceDesc{ServiceName: string(p.service.FullName())}
	methods := p.service.Methods()
	for i := range methods.Len() {
		method := methods.Get(i)
		handler, ok := p.handlers[method.Name()]
		switch {
		case !ok:
		case method.IsStreamingServer():
			desc.Streams = append(desc.Streams, streamDesc(method, handler))
		default:
			desc.Methods = append(desc.Methods, methodDesc(method, handler))
		}
	}
	server.RegisterService(desc, nil)
	return nil
}

func (p *dynamicPlugin) GRPCClient(_ context.Context, _ *plugin.GRPCBroker, conn *grpc.ClientConn) (any, error) {
	return conn, nil
}

func methodDesc(method protoreflect.MethodDescriptor, handler dynamicHandler) grpc.MethodDesc {
	answer := func(_ context.Context, req any) (any, error) {
		return dynamic.New(method.Output(), handler(req.(*dynamicpb.Message))[0])
	}
	return grpc.MethodDesc{
		MethodName: string(method.Name()),
		Handler: func(_ any, ctx context.Context, decode func(any) error, intercept grpc.UnaryServerInterceptor) (any, error) {
			req := dynamicpb.NewMessage(method.Input())
			if err := decode(req); err != nil {
				return nil, err
			}
			if intercept == nil {
				return answer(ctx, req)
			}
			return intercept(ctx, req, &grpc.UnaryServerInfo{FullMethod: rpcPath(method)}, answer)
		},
	}
}

func streamDesc(method protoreflect.MethodDescriptor, handler dynamicHandler) grpc.StreamDesc {
	return grpc.StreamDesc{
		StreamName:    string(method.Name()),
		ServerStreams: true,
		Handler: func(_ any, stream grpc.ServerStream) error {
			req := dynamicpb.NewMessage(method.Input())
			if err := stream.RecvMsg(req); err != nil {
				return err
			}
			for _, answer := range handler(req) {
				message, err := dynamic.New(method.Output(), answer)
				if err != nil {
					return err
				}
				if err := stream.SendMsg(message); err != nil {
					return err
				}
			}
			return nil
		},
	}
}

func rpcPath(method protoreflect.MethodDescriptor) string {
	return "/" + string(method.Parent().FullName()) + "/" + string(method.Name())
}
