package main

import (
	"context"
	"encoding/json"
	"fmt"
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
	frames sync.Map // by rows
	small  []byte
	piece  []byte
}

func servePlugin() error {
	s := &server{small: make([]byte, smallBytes), piece: make([]byte, pieceBytes)}
	for i := range s.piece {
		s.piece[i] = byte(i*7 + i>>8)
	}
	for i := range s.small {
		s.small[i] = '0' + byte(i%10)
	}
	return grpcplugin.Serve(grpcplugin.ServeOpts{
		DataServer:     s,
		ResourceServer: s,
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
	headers := map[string]*pluginv2.StringList{"Content-Type": {Values: []string{"application/octet-stream"}}}
	for sent := 0; sent < exportBytes; sent += pieceBytes {
		if err := stream.Send(&pluginv2.CallResourceResponse{Code: 200, Headers: headers, Body: s.piece}); err != nil {
			return err
		}
		headers = nil
	}
	return nil
}

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
