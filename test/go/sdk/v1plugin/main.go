// Command v1plugin is the fixture plugin of major 1 on the go-plugin of its time; ../../../interop/README.md says what
// it answers.
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
	"github.com/hashicorp/go-plugin"

	"grafana-plugin-protocol.test/peers/internal/canonical"
)

func main() {
	slept := &atomic.Int64{}
	plugin.Serve(&plugin.ServeConfig{
		HandshakeConfig: plugin.HandshakeConfig{MagicCookieKey: "grafana_plugin_type", MagicCookieValue: "datasource"},
		VersionedPlugins: map[int]plugin.PluginSet{1: {
			"datasource": &datasource.DatasourcePluginImpl{Plugin: source{slept}},
			"renderer":   &renderer.RendererPluginImpl{Plugin: pictures{slept}},
		}},
		GRPCServer: plugin.DefaultGRPCServer,
	})
}

// A source counts the `sleep` queries that have begun, for its neighbour pictures.
type source struct{ slept *atomic.Int64 }

func (s source) Query(ctx context.Context, req *datasource.DatasourceRequest) (*datasource.DatasourceResponse, error) {
	out := &datasource.DatasourceResponse{}
	for _, query := range req.Queries {
		var asked struct {
			Do string `json:"do"`
		}
		if err := json.Unmarshal([]byte(query.ModelJson), &asked); err != nil {
			return nil, err
		}
		result := &datasource.QueryResult{RefId: query.RefId}
		switch asked.Do {
		case "echo":
			result.MetaJson = echo(req, query)
		case "series":
			result.Series = []*datasource.TimeSeries{series()}
		case "table":
			result.Tables = []*datasource.Table{table()}
		case "fail":
			result.Error = "boom"
		case "print":
			// Not in the matrix: whether the host gets what a plugin prints depends on the age of go-plugin.
			fmt.Println("fixture printed")
		case "sleep":
			s.slept.Add(1)
			<-ctx.Done()
			return nil, ctx.Err()
		default:
			result.Error = fmt.Sprintf("unknown do %q", asked.Do)
		}
		out.Results = append(out.Results, result)
	}
	return out, nil
}

func echo(req *datasource.DatasourceRequest, query *datasource.Query) string {
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

func series() *datasource.TimeSeries {
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

// table has one column of each kind, named after it.
func table() *datasource.Table {
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

type pictures struct{ slept *atomic.Int64 }

func (p pictures) Render(_ context.Context, req *renderer.RenderRequest) (*renderer.RenderResponse, error) {
	switch req.Url {
	case "fail":
		return &renderer.RenderResponse{Error: "bad url"}, nil
	case "slept":
		return &renderer.RenderResponse{Error: strconv.FormatInt(p.slept.Load(), 10)}, nil
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
