package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net"
	"sync"

	"github.com/grafana/grafana-plugin-sdk-go/backend/grpcplugin"
	"github.com/grafana/grafana-plugin-sdk-go/genproto/pluginv2"
	"google.golang.org/grpc"

	"grafana-plugin-protocol.test/peers/internal/sensors"
)

const (
	exportBytes = 10 << 20
	pieceBytes  = 64 << 10
)

// A task is what the JSON of a query asks for.
type task struct {
	Rows int `json:"rows"`
	// So many rows are in each chunk.
	Chunk int `json:"chunk"`
}

// server answers with frames that are encoded already: what is measured is the gateway.
type server struct {
	pluginv2.UnimplementedDataServer
	pluginv2.UnimplementedResourceServer
	pluginv2.UnimplementedStreamServer
	counter counter
	frames  sync.Map // by rows
	pace    string
	small   []byte
	piece   []byte
}

// servePlugin gets the path of the socket that tells its streams to send; without it its streams can only count.
func servePlugin(args []string) error {
	pace := ""
	if len(args) > 0 {
		pace = args[0]
	}
	s := &server{pace: pace, small: make([]byte, smallBytes), piece: make([]byte, pieceBytes)}
	for i := range s.piece {
		s.piece[i] = byte(i*7 + i>>8)
	}
	for i := range s.small {
		s.small[i] = '0' + byte(i%10)
	}
	return grpcplugin.Serve(grpcplugin.ServeOpts{
		DataServer:     s,
		ResourceServer: s,
		StreamServer:   s,
		// The limit that the SDK's own entry sets.
		GRPCServer: func(opts []grpc.ServerOption) *grpc.Server {
			return grpc.NewServer(append(opts, grpc.MaxRecvMsgSize(16<<20))...)
		},
	})
}

func (s *server) QueryData(_ context.Context, req *pluginv2.QueryDataRequest) (*pluginv2.QueryDataResponse, error) {
	responses := make(map[string]*pluginv2.DataResponse, len(req.Queries))
	for _, query := range req.Queries {
		var asked task
		if err := json.Unmarshal(query.Json, &asked); err != nil {
			return nil, err
		}
		frame, err := s.frame(asked.Rows)
		if err != nil {
			return nil, err
		}
		responses[query.RefId] = &pluginv2.DataResponse{Frames: [][]byte{frame}, Status: 200}
	}
	return &pluginv2.QueryDataResponse{Responses: responses}, nil
}

func (s *server) QueryChunkedData(req *pluginv2.QueryChunkedDataRequest, stream grpc.ServerStreamingServer[pluginv2.QueryChunkedDataResponse]) error {
	for _, query := range req.Queries {
		var asked task
		if err := json.Unmarshal(query.Json, &asked); err != nil {
			return err
		}
		frame, err := s.frame(asked.Chunk)
		if err != nil {
			return err
		}
		for sent := 0; sent < asked.Rows; sent += asked.Chunk {
			chunk := &pluginv2.QueryChunkedDataResponse{RefId: query.RefId, FrameId: "0", Status: 200, Frame: frame}
			if err := stream.Send(chunk); err != nil {
				return err
			}
		}
	}
	return nil
}

func (s *server) CallResource(req *pluginv2.CallResourceRequest, stream grpc.ServerStreamingServer[pluginv2.CallResourceResponse]) error {
	if req.Path == "small" {
		headers := map[string]*pluginv2.StringList{"Content-Type": {Values: []string{"application/json"}}}
		return stream.Send(&pluginv2.CallResourceResponse{Code: 200, Headers: headers, Body: s.small})
	}
	if req.Path == "running" {
		return stream.Send(&pluginv2.CallResourceResponse{Code: 200, Body: fmt.Append(nil, s.counter.running.Load())})
	}
	headers := map[string]*pluginv2.StringList{"Content-Type": {Values: []string{"application/octet-stream"}}}
	for sent := 0; sent < exportBytes; sent += pieceBytes {
		if err := stream.Send(&pluginv2.CallResourceResponse{Code: 200, Headers: headers, Body: s.piece}); err != nil {
			return err
		}
		headers = nil
	}
	return nil
}

func (s *server) SubscribeStream(context.Context, *pluginv2.SubscribeStreamRequest) (*pluginv2.SubscribeStreamResponse, error) {
	return &pluginv2.SubscribeStreamResponse{Status: pluginv2.SubscribeStreamResponse_OK}, nil
}

// RunStream counts, or sends a packet for each byte that it is sent: then its path is a digit.
func (s *server) RunStream(req *pluginv2.RunStreamRequest, stream grpc.ServerStreamingServer[pluginv2.StreamPacket]) error {
	if counts(req.Path) {
		return s.counter.run(stream)
	}
	conn, err := net.Dial("unix", s.pace)
	if err != nil {
		return err
	}
	defer conn.Close()
	stop := context.AfterFunc(stream.Context(), func() { _ = conn.Close() })
	defer stop()
	if _, err := conn.Write([]byte(req.Path)); err != nil {
		return err
	}
	packet := &pluginv2.StreamPacket{Data: []byte(livePacket)}
	for asked := make([]byte, 256); ; {
		count, err := conn.Read(asked)
		if err != nil {
			return err
		}
		for range count {
			if err := stream.Send(packet); err != nil {
				return err
			}
		}
	}
}

// A row of a stream whose schema has been sent.
const livePacket = `{"data":{"values":[[1767225600000],[12.345],[98.7654321],["sensor-01"],["a place with a name"]]}}`

// frame is a table of so many rows as Arrow.
func (s *server) frame(rows int) ([]byte, error) {
	if found, ok := s.frames.Load(rows); ok {
		return found.([]byte), nil
	}
	encoded, err := sensors.Frame(rows).MarshalArrow()
	if err != nil {
		return nil, fmt.Errorf("a frame of %d rows: %w", rows, err)
	}
	found, _ := s.frames.LoadOrStore(rows, encoded)
	return found.([]byte), nil
}
