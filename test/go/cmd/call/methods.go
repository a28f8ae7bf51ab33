package main

import (
	"github.com/grafana/grafana-plugin-model/go/datasource"
	"github.com/grafana/grafana-plugin-sdk-go/genproto/pluginv2"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/protoadapt"
)

type method struct{ request, response func() proto.Message }

var methods = map[string]method{
	"/models.DatasourcePlugin/Query": {
		func() proto.Message { return protoadapt.MessageV2Of(&datasource.DatasourceRequest{}) },
		func() proto.Message { return protoadapt.MessageV2Of(&datasource.DatasourceResponse{}) },
	},
	"/pluginv2.Data/QueryData": {
		func() proto.Message { return &pluginv2.QueryDataRequest{} },
		func() proto.Message { return &pluginv2.QueryDataResponse{} },
	},
	"/pluginv2.Data/QueryChunkedData": {
		func() proto.Message { return &pluginv2.QueryChunkedDataRequest{} },
		func() proto.Message { return &pluginv2.QueryChunkedDataResponse{} },
	},
	"/pluginv2.Resource/CallResource": {
		func() proto.Message { return &pluginv2.CallResourceRequest{} },
		func() proto.Message { return &pluginv2.CallResourceResponse{} },
	},
	"/pluginv2.Diagnostics/CheckHealth": {
		func() proto.Message { return &pluginv2.CheckHealthRequest{} },
		func() proto.Message { return &pluginv2.CheckHealthResponse{} },
	},
	"/pluginv2.Diagnostics/CollectMetrics": {
		func() proto.Message { return &pluginv2.CollectMetricsRequest{} },
		func() proto.Message { return &pluginv2.CollectMetricsResponse{} },
	},
	"/pluginv2.Stream/SubscribeStream": {
		func() proto.Message { return &pluginv2.SubscribeStreamRequest{} },
		func() proto.Message { return &pluginv2.SubscribeStreamResponse{} },
	},
	"/pluginv2.Stream/RunStream": {
		func() proto.Message { return &pluginv2.RunStreamRequest{} },
		func() proto.Message { return &pluginv2.StreamPacket{} },
	},
}
