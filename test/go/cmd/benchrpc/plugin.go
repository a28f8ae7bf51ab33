package main

import (
	"context"
	"encoding/json"
	"slices"
	"sync"

	"github.com/grafana/grafana-plugin-sdk-go/backend/grpcplugin"
	"github.com/grafana/grafana-plugin-sdk-go/data"
	"github.com/grafana/grafana-plugin-sdk-go/genproto/pluginv2"
	"google.golang.org/grpc"

	"grafana-plugin-protocol.test/peers/internal/sensors"
	"grafana-plugin-protocol.test/peers/internal/usage"
)

// A task is what the JSON of a query, or the data of a stream request, asks for.
type task struct {
	Bytes   int `json:"bytes"`
	Packets int `json:"packets"`
	// README's query: the answer is README's frame, which is encoded each time.
	RawSQL string `json:"rawSql"`
	// A frame of so many rows, which is encoded each time.
	Rows int `json:"rows"`
	// So many of README's frame, each of which is encoded each time.
	Frames int `json:"frames"`
}

// server answers without the work of a real plugin: what is measured is the way of the bytes.
type server struct {
	pluginv2.UnimplementedDataServer
	pluginv2.UnimplementedStreamServer
	pluginv2.UnimplementedDiagnosticsServer
	frames sync.Map // by size
	tables sync.Map // by rows
}

func servePlugin() error {
	s := &server{}
	return grpcplugin.Serve(grpcplugin.ServeOpts{
		DataServer:        s,
		StreamServer:      s,
		DiagnosticsServer: s,
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
		if made := s.made(asked); made != nil {
			frames, err := made.MarshalArrow()
			if err != nil {
				return nil, err
			}
			responses[query.RefId] = &pluginv2.DataResponse{Frames: frames, Status: 200}
			continue
		}
		responses[query.RefId] = &pluginv2.DataResponse{Frames: [][]byte{s.frame(asked.Bytes)}, Status: 200}
	}
	return &pluginv2.QueryDataResponse{Responses: responses}, nil
}

func (s *server) RunStream(req *pluginv2.RunStreamRequest, stream grpc.ServerStreamingServer[pluginv2.StreamPacket]) error {
	var asked task
	if err := json.Unmarshal(req.Data, &asked); err != nil {
		return err
	}
	data := s.frame(asked.Bytes)
	for range asked.Packets {
		if err := stream.Send(&pluginv2.StreamPacket{Data: data}); err != nil {
			return err
		}
	}
	return nil
}

// CheckHealth tells the host what this process has used so far.
func (s *server) CheckHealth(context.Context, *pluginv2.CheckHealthRequest) (*pluginv2.CheckHealthResponse, error) {
	used, err := usage.Current()
	if err != nil {
		return nil, err
	}
	details, err := json.Marshal(used)
	return &pluginv2.CheckHealthResponse{Status: pluginv2.CheckHealthResponse_OK, JsonDetails: details}, err
}

func (s *server) frame(size int) []byte {
	if found, ok := s.frames.Load(size); ok {
		return found.([]byte)
	}
	found, _ := s.frames.LoadOrStore(size, frameBytes(size))
	return found.([]byte)
}

// made are the frames that have to be encoded; nil when bytes are asked for.
func (s *server) made(asked task) data.Frames {
	switch {
	case asked.RawSQL != "":
		return data.Frames{readmeFrame}
	case asked.Frames > 0:
		return slices.Repeat(data.Frames{readmeFrame}, asked.Frames)
	case asked.Rows == 0:
		return nil
	}
	table, ok := s.tables.Load(asked.Rows)
	if !ok {
		table, _ = s.tables.LoadOrStore(asked.Rows, sensors.Frame(asked.Rows))
	}
	return data.Frames{table.(*data.Frame)}
}

// frameBytes are no zeros, because the system has only one page of those.
func frameBytes(size int) []byte {
	frame := make([]byte, size)
	for i := range frame {
		frame[i] = byte(i*7 + i>>8)
	}
	return frame
}
