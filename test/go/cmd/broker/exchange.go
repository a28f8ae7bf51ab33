package main

import (
	"bytes"
	"context"

	"github.com/grafana/grafana-plugin-sdk-go/genproto/pluginv2"
	"github.com/hashicorp/go-plugin"
	"google.golang.org/grpc"
)

// A data is the service that travels over brokered connections.
type data struct {
	pluginv2.UnimplementedDataServer
	owner string
}

// dataServer makes a server whose answers say whose it is.
func dataServer(owner string) func([]grpc.ServerOption) *grpc.Server {
	return func(options []grpc.ServerOption) *grpc.Server {
		server := grpc.NewServer(options...)
		pluginv2.RegisterDataServer(server, data{owner: owner})
		return server
	}
}

func (d data) QueryData(_ context.Context, req *pluginv2.QueryDataRequest) (*pluginv2.QueryDataResponse, error) {
	responses := map[string]*pluginv2.DataResponse{}
	for _, query := range req.GetQueries() {
		responses[query.GetRefId()] = &pluginv2.DataResponse{Status: 200, Error: d.owner + " answers " + query.GetRefId()}
	}
	return &pluginv2.QueryDataResponse{Responses: responses}, nil
}

// ask dials what the other side serves under id, and gives its answer.
func ask(ctx context.Context, broker *plugin.GRPCBroker, id uint32, refID string) (string, error) {
	conn, err := broker.Dial(id)
	if err != nil {
		return "", err
	}
	defer func() { _ = conn.Close() }()
	req := &pluginv2.QueryDataRequest{Queries: []*pluginv2.DataQuery{{RefId: refID}}}
	res, err := pluginv2.NewDataClient(conn).QueryData(ctx, req)
	if err != nil {
		return "", err
	}
	return res.GetResponses()[refID].GetError(), nil
}

// output is what a plugin prints: "bytes" gives each value of a byte in an order that a lost or swapped piece would
// show, "text" gives lines whose characters are of one to four bytes.
func output(what string, number int) []byte {
	if what == "text" {
		return bytes.Repeat([]byte("aé€😀\n"), number)
	}
	all := make([]byte, number)
	for i := range all {
		all[i] = byte(i*31 + (i>>8)*7)
	}
	return all
}
