package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/grafana/grafana-plugin-model/go/datasource"
	"github.com/grafana/grafana-plugin-sdk-go/data"
	"github.com/grafana/grafana-plugin-sdk-go/genproto/pluginv2"
	"github.com/hashicorp/go-plugin"
	"google.golang.org/grpc/codes"

	"grafana-plugin-protocol.test/peers/internal/values"
)

// weatherCases are those of the example that every language has; test/languages/README.md says what it answers.
func weatherCases(major int, client *plugin.GRPCClient) ([]testCase, error) {
	if major == 1 {
		var source datasource.DatasourcePlugin
		err := dispense(client, "datasource", &source)
		return []testCase{
			{"Query time series", weatherV1(source).series},
			{"Query table", weatherV1(source).table},
			{"Query wrong query", weatherV1(source).wrong},
		}, err
	}
	p, err := newV2Plugin(client)
	w := weather{p}
	return []testCase{
		{"QueryData table ARROW", w.table(pluginv2.DataFrameFormat_ARROW)},
		{"QueryData table JSON", w.table(pluginv2.DataFrameFormat_JSON)},
		{"QueryData time series", w.series},
		{"QueryData wrong query among good ones", w.wrong},
		{"QueryChunkedData", w.chunks},
		{"CheckHealth", w.health},
		{"CollectMetrics", w.metrics},
		{"CallResource", w.resources},
		{"SubscribeStream", w.subscribe},
		{"PublishStream", w.publish},
		{"RunStream", w.run},
		{"RunStream of another place", w.runMissing},
		{"deadline RunStream", w.deadline},
		{"missing service", rpc{"pluginv2.AdmissionControl", "ValidateAdmission"}.unimplemented(p.conn)},
	}, err
}

// The three first days of July 2014, and what was measured on them.
var (
	firstDay = time.Date(2014, time.July, 1, 0, 0, 0, 0, time.UTC)
	lastDay  = firstDay.AddDate(0, 0, 2)
)

const seriesSQL = "select date, location, temp_max from weather where date between :from and :to order by date"

type weather struct{ *v2Plugin }

func weatherQuery(refID, sql, format string) *pluginv2.DataQuery {
	model, err := json.Marshal(map[string]string{"rawSql": sql, "format": format})
	if err != nil {
		panic(err) // texts can always be marshalled
	}
	query := values.Query(refID, string(model))
	query.TimeRange = &pluginv2.TimeRange{FromEpochMS: firstDay.UnixMilli(), ToEpochMS: lastDay.UnixMilli()}
	return query
}

func (w weather) query(ctx context.Context, format pluginv2.DataFrameFormat, queries ...*pluginv2.DataQuery) (map[string]*pluginv2.DataResponse, error) {
	got, err := w.data.QueryData(ctx, &pluginv2.QueryDataRequest{
		PluginContext: values.PluginContext(),
		Headers:       values.Headers(),
		Queries:       queries,
		Format:        format,
	})
	return got.GetResponses(), err
}

// frameOf reads the only frame of an answer as Grafana does.
func frameOf(got *pluginv2.DataResponse) (*data.Frame, error) {
	if got.GetError() != "" || got.GetStatus() != 200 || len(got.GetFrames()) != 1 {
		return nil, fmt.Errorf("expected status 200 and a frame, got %d, %q and %d frames", got.GetStatus(), got.GetError(), len(got.GetFrames()))
	}
	if got.Format == pluginv2.DataFrameFormat_JSON {
		frame := &data.Frame{}
		return frame, json.Unmarshal(got.Frames[0], frame)
	}
	return data.UnmarshalArrowFrame(got.Frames[0])
}

func (w weather) table(format pluginv2.DataFrameFormat) func(context.Context) error {
	return func(ctx context.Context) error {
		sql := "select location, date, temp_max from weather where date between :from and :to order by date, location"
		got, err := w.query(ctx, format, weatherQuery("A", sql, "table"))
		if err != nil {
			return err
		}
		frame, err := frameOf(got["A"])
		if err != nil {
			return err
		}
		if err := same("fields", 3, len(frame.Fields)); err != nil {
			return err
		}
		day, _ := frame.ConcreteAt(1, 0)
		at, ok := day.(time.Time)
		return errors.Join(
			same("refId", "A", frame.RefID),
			same("rows", 6, frame.Rows()),
			same("types", "string time.Time float64", strings.Join([]string{frame.Fields[0].Type().ItemTypeString(), frame.Fields[1].Type().ItemTypeString(), frame.Fields[2].Type().ItemTypeString()}, " ")),
			same("place", "New York", fmt.Sprint(frame.At(0, 0))),
			same("day", true, ok && at.Equal(firstDay)),
			same("temperature", 28.9, frame.At(2, 0).(float64)),
		)
	}
}

func (w weather) series(ctx context.Context) error {
	got, err := w.query(ctx, pluginv2.DataFrameFormat_ARROW, weatherQuery("A", seriesSQL, "time_series"))
	if err != nil {
		return err
	}
	frame, err := frameOf(got["A"])
	if err != nil {
		return err
	}
	if err := same("fields", 3, len(frame.Fields)); err != nil {
		return err
	}
	return errors.Join(
		same("kind", data.TimeSeriesTypeWide, frame.TimeSeriesSchema().Type),
		same("labels", "New York Seattle", frame.Fields[1].Labels["location"]+" "+frame.Fields[2].Labels["location"]),
		same("rows", 3, frame.Rows()),
	)
}

func (w weather) wrong(ctx context.Context) error {
	got, err := w.query(ctx, pluginv2.DataFrameFormat_ARROW,
		weatherQuery("A", "selec 1", "table"), weatherQuery("B", "select 1 as one", "table"), &pluginv2.DataQuery{RefId: "C"})
	if err != nil {
		return err
	}
	_, err = frameOf(got["B"])
	return errors.Join(
		err,
		same("status of A", 400, got["A"].GetStatus()),
		same("source of A", "downstream", got["A"].GetErrorSource()),
		same("error of A", true, strings.Contains(got["A"].GetError(), "syntax")),
		same("error of C", `expected "rawSql" with a select statement in the query`, got["C"].GetError()),
	)
}

func (w weather) chunks(ctx context.Context) error {
	all, err := receiveAll(w.data.QueryChunkedData(ctx, &pluginv2.QueryChunkedDataRequest{
		PluginContext: values.PluginContext(),
		Queries:       []*pluginv2.DataQuery{weatherQuery("A", "select date, weather from weather", "table")},
	}))
	if err != nil {
		return err
	}
	var rows []int
	for _, chunk := range all {
		frame, err := data.UnmarshalArrowFrame(chunk.Frame)
		if err != nil {
			return err
		}
		rows = append(rows, frame.Rows())
	}
	return sameList("rows of the chunks", []int{1024, 1024, 874}, rows)
}

func (w weather) health(ctx context.Context) error {
	got, err := w.diagnostics.CheckHealth(ctx, &pluginv2.CheckHealthRequest{PluginContext: values.PluginContext()})
	return errors.Join(err,
		same("status", pluginv2.CheckHealthResponse_OK, got.GetStatus()),
		same("message", "2922 days of weather in 2 places", got.GetMessage()))
}

func (w weather) metrics(ctx context.Context) error {
	got, err := w.diagnostics.CollectMetrics(ctx, &pluginv2.CollectMetricsRequest{})
	return errors.Join(err,
		same("counter", true, strings.Contains(string(got.GetMetrics().GetPrometheus()), "# TYPE weather_queries_total counter\n")))
}

func (w weather) resources(ctx context.Context) error {
	call := func(path string) (*pluginv2.CallResourceResponse, error) {
		all, err := receiveAll(w.resource.CallResource(ctx, &pluginv2.CallResourceRequest{
			PluginContext: values.PluginContext(), Path: path, Url: path, Method: "GET",
		}))
		if err != nil {
			return nil, err
		}
		return all[0], same("messages", 1, len(all))
	}
	columns, err := call("columns")
	missing, errMissing := call("rows")
	return errors.Join(err, errMissing,
		same("code", 200, columns.GetCode()),
		same("content type", "application/json", strings.Join(columns.GetHeaders()["Content-Type"].GetValues(), ",")),
		same("column", true, strings.Contains(string(columns.GetBody()), `"temp_max"`)),
		same("code of another path", 404, missing.GetCode()))
}

func (w weather) subscribe(ctx context.Context) error {
	there, err := w.stream.SubscribeStream(ctx, &pluginv2.SubscribeStreamRequest{Path: "replay/seattle"})
	missing, errMissing := w.stream.SubscribeStream(ctx, &pluginv2.SubscribeStreamRequest{Path: "replay/boston"})
	return errors.Join(err, errMissing,
		same("status", pluginv2.SubscribeStreamResponse_OK, there.GetStatus()),
		same("status of another place", pluginv2.SubscribeStreamResponse_NOT_FOUND, missing.GetStatus()))
}

func (w weather) publish(ctx context.Context) error {
	got, err := w.stream.PublishStream(ctx, &pluginv2.PublishStreamRequest{Path: "replay/seattle", Data: []byte("{}")})
	return errors.Join(err, same("status", pluginv2.PublishStreamResponse_PERMISSION_DENIED, got.GetStatus()))
}

// run reads two packets and leaves.
func (w weather) run(ctx context.Context) error {
	leaving, leave := context.WithCancel(ctx)
	defer leave()
	stream, err := w.stream.RunStream(leaving, &pluginv2.RunStreamRequest{Path: "replay/new-york"})
	if err != nil {
		return err
	}
	frame := &data.Frame{}
	for range 2 {
		packet, err := stream.Recv()
		if err != nil {
			return err
		}
		if err := json.Unmarshal(packet.Data, frame); err != nil {
			return err
		}
	}
	at, ok := frame.At(0, 0).(time.Time)
	return errors.Join(
		same("second day", true, ok && at.Equal(time.Date(2012, time.January, 2, 0, 0, 0, 0, time.UTC))),
		same("place", "New York", frame.Fields[1].Labels["location"]))
}

func (w weather) runMissing(ctx context.Context) error {
	_, err := receiveAll(w.stream.RunStream(ctx, &pluginv2.RunStreamRequest{Path: "replay/boston"}))
	return failsWith(err, codes.NotFound)
}

func (w weather) deadline(ctx context.Context) error {
	limited, cancel := context.WithTimeout(ctx, 100*time.Millisecond)
	defer cancel()
	_, err := receiveAll(w.stream.RunStream(limited, &pluginv2.RunStreamRequest{Path: "replay/seattle"}))
	return errors.Join(failsWith(err, codes.DeadlineExceeded), w.health(ctx))
}

// A weatherV1Source is the same by the only RPC of major 1.
type weatherV1Source struct{ datasource.DatasourcePlugin }

func weatherV1(source datasource.DatasourcePlugin) weatherV1Source { return weatherV1Source{source} }

func (w weatherV1Source) ask(ctx context.Context, sql, format string) (*datasource.QueryResult, error) {
	query := weatherQuery("A", sql, format)
	req := values.DatasourceRequest(values.V1Query("A", string(query.Json)))
	req.TimeRange.FromEpochMs, req.TimeRange.ToEpochMs = firstDay.UnixMilli(), lastDay.UnixMilli()
	got, err := w.Query(ctx, req)
	if err != nil {
		return nil, err
	}
	if err := same("results", 1, len(got.Results)); err != nil {
		return nil, err
	}
	return got.Results[0], same("refId", "A", got.Results[0].RefId)
}

func (w weatherV1Source) series(ctx context.Context) error {
	got, err := w.ask(ctx, seriesSQL, "time_series")
	if err != nil || len(got.Series) != 2 {
		return errors.Join(err, same("series", 2, len(got.GetSeries())))
	}
	seattle := got.Series[1]
	if err := same("points", 3, len(seattle.Points)); err != nil {
		return err
	}
	return errors.Join(
		same("name", "temp_max {location=Seattle}", seattle.Name),
		same("tag", "Seattle", seattle.Tags["location"]),
		same("day", firstDay.UnixMilli(), seattle.Points[0].Timestamp),
		same("temperature", 34.4, seattle.Points[0].Value))
}

func (w weatherV1Source) table(ctx context.Context) error {
	got, err := w.ask(ctx, "select 'Seattle' as place, 12.5 as temperature, null as gap", "table")
	if err != nil || len(got.Tables) != 1 || len(got.Tables[0].Rows) != 1 {
		return errors.Join(err, fmt.Errorf("expected a table of a row, got %v", got))
	}
	var kinds []string
	for _, cell := range got.Tables[0].Rows[0].Values {
		kinds = append(kinds, cell.Kind.String())
	}
	return sameList("kinds", []string{"TYPE_STRING", "TYPE_DOUBLE", "TYPE_NULL"}, kinds)
}

func (w weatherV1Source) wrong(ctx context.Context) error {
	got, err := w.ask(ctx, "drop table weather", "table")
	return errors.Join(err, same("an error", true, got.GetError() != ""), same("tables", 0, len(got.GetTables())))
}
