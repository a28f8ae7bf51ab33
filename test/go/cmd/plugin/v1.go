package main

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"sync/atomic"

	"github.com/grafana/grafana-plugin-model/go/datasource"
	"github.com/grafana/grafana-plugin-model/go/renderer"

	"grafana-plugin-protocol.test/peers/internal/canonical"
)

// A v1Datasource counts the `sleep` queries that have begun, for its neighbour v1Renderer.
type v1Datasource struct{ slept *atomic.Int64 }

func (d v1Datasource) Query(ctx context.Context, req *datasource.DatasourceRequest) (*datasource.DatasourceResponse, error) {
	out := &datasource.DatasourceResponse{}
	for _, query := range req.Queries {
		var asked task
		if err := json.Unmarshal([]byte(query.ModelJson), &asked); err != nil {
			return nil, fmt.Errorf("query %s is not JSON: %w", query.RefId, err)
		}
		result := &datasource.QueryResult{RefId: query.RefId}
		switch asked.Do {
		case "echo":
			result.MetaJson = v1Echo(req, query)
		case "series":
			result.Series = []*datasource.TimeSeries{v1Series()}
		case "table":
			result.Tables = []*datasource.Table{v1Table()}
		case "fail":
			result.Error = "boom"
		case "sleep":
			d.slept.Add(1)
			<-ctx.Done()
			return nil, ctx.Err()
		default:
			result.Error = fmt.Sprintf("unknown do %q", asked.Do)
		}
		out.Results = append(out.Results, result)
	}
	return out, nil
}

func v1Echo(req *datasource.DatasourceRequest, query *datasource.Query) string {
	return string(canonical.JSON(canonical.Object{
		"from":          canonical.Int(req.GetTimeRange().GetFromEpochMs()),
		"fromRaw":       req.GetTimeRange().GetFromRaw(),
		"id":            canonical.Int(req.GetDatasource().GetId()),
		"intervalMs":    canonical.Int(query.IntervalMs),
		"maxDataPoints": canonical.Int(query.MaxDataPoints),
		"refId":         query.RefId,
		"secret":        req.GetDatasource().GetDecryptedSecureJsonData()["token"],
		"to":            canonical.Int(req.GetTimeRange().GetToEpochMs()),
	}))
}

// v1Series has a timestamp above 2^53 and a NaN, v1's only way to say that there is no value.
func v1Series() *datasource.TimeSeries {
	return &datasource.TimeSeries{
		Name: "s",
		Tags: map[string]string{"place": "p0"},
		Points: []*datasource.Point{
			{Timestamp: 1700000000000, Value: 1.5},
			{Timestamp: 1700000060000, Value: math.NaN()},
			{Timestamp: 9007199254740993, Value: -2.5},
		},
	}
}

// v1Table has one column of each kind, named after it.
func v1Table() *datasource.Table {
	table := &datasource.Table{}
	for _, name := range []string{"null", "double", "int64", "bool", "string", "bytes"} {
		table.Columns = append(table.Columns, &datasource.TableColumn{Name: name})
	}
	table.Rows = []*datasource.TableRow{{Values: []*datasource.RowValue{
		{Kind: datasource.RowValue_TYPE_NULL},
		{Kind: datasource.RowValue_TYPE_DOUBLE, DoubleValue: 1.25},
		{Kind: datasource.RowValue_TYPE_INT64, Int64Value: 9007199254740993},
		{Kind: datasource.RowValue_TYPE_BOOL, BoolValue: true},
		{Kind: datasource.RowValue_TYPE_STRING, StringValue: "str"},
		{Kind: datasource.RowValue_TYPE_BYTES, BytesValue: []byte{0x00, 0xff}},
	}}}
	return table
}

type v1Renderer struct{ slept *atomic.Int64 }

func (r v1Renderer) Render(_ context.Context, req *renderer.RenderRequest) (*renderer.RenderResponse, error) {
	switch req.Url {
	case "fail":
		return &renderer.RenderResponse{Error: "bad url"}, nil
	case "slept":
		return &renderer.RenderResponse{Error: strconv.FormatInt(r.slept.Load(), 10)}, nil
	case "echo":
		return &renderer.RenderResponse{Error: string(canonical.JSON(canonical.Object{
			"debug":     req.Debug,
			"encoding":  req.Encoding,
			"height":    canonical.Int(int64(req.Height)),
			"renderKey": req.RenderKey,
			"timeout":   canonical.Int(int64(req.Timeout)),
			"timezone":  req.Timezone,
			"url":       req.Url,
			"width":     canonical.Int(int64(req.Width)),
		}))}, nil
	default:
		return &renderer.RenderResponse{}, nil
	}
}
