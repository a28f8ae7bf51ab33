// Command v1host runs the interop cases of major 1 against one plugin, on the go-plugin of its time.
package main

import (
	"context"
	"errors"
	"fmt"
	"math"
	"time"

	"github.com/grafana/grafana-plugin-model/go/datasource"
	"github.com/grafana/grafana-plugin-model/go/renderer"
	"github.com/hashicorp/go-plugin"
	"google.golang.org/grpc/codes"

	"grafana-plugin-protocol.test/peers/internal/canonical"
	"grafana-plugin-protocol.test/peers/sdk/internal/hosting"
)

// A fixture has the clients that Grafana would dispense.
type fixture struct {
	datasource datasource.DatasourcePlugin
	renderer   renderer.RendererPlugin
}

func main() {
	set := plugin.PluginSet{
		"datasource": &datasource.DatasourcePluginImpl{},
		"renderer":   &renderer.RendererPluginImpl{},
	}
	hosting.Main(1, set, func(client *plugin.GRPCClient) ([]hosting.Case, error) {
		source, errSource := hosting.Dispense[datasource.DatasourcePlugin](client, "datasource")
		pictures, errPictures := hosting.Dispense[renderer.RendererPlugin](client, "renderer")
		f := &fixture{source, pictures}
		return []hosting.Case{
			{Name: "Query echo", Run: f.single("echo", sameEcho)},
			{Name: "Query series", Run: f.single("series", sameSeries)},
			{Name: "Query table", Run: f.single("table", sameTable)},
			{Name: "Query fail", Run: f.single("fail", func(got *datasource.QueryResult) error {
				return hosting.Same("error", "boom", got.Error)
			})},
			{Name: "cancel Query sleep", Run: f.cancel},
			{Name: "deadline Query sleep", Run: f.deadline},
			{Name: "Render echo", Run: f.render(&renderer.RenderRequest{
				Url: "echo", Width: 640, Height: 480, Timeout: 30, Timezone: "UTC", Encoding: "png", RenderKey: "k", Debug: true,
			}, `{"debug":true,"encoding":"png","height":"480","renderKey":"k","timeout":"30","timezone":"UTC","url":"echo","width":"640"}`)},
			{Name: "Render fail", Run: f.render(&renderer.RenderRequest{Url: "fail"}, "bad url")},
		}, errors.Join(errSource, errPictures)
	})
}

func (f *fixture) query(ctx context.Context, do string) (*datasource.QueryResult, error) {
	got, err := f.datasource.Query(ctx, &datasource.DatasourceRequest{
		TimeRange: &datasource.TimeRange{FromRaw: "now-1h", ToRaw: "now", FromEpochMs: 1700000000000, ToEpochMs: 1700003600000},
		Datasource: &datasource.DatasourceInfo{
			Id: 42, OrgId: 7, Name: "Fixture", Type: "fixture", Url: "http://example.invalid", JsonData: `{"a":1}`,
			DecryptedSecureJsonData: map[string]string{"token": "s3cret"},
		},
		Queries: []*datasource.Query{{RefId: "A", IntervalMs: 60000, MaxDataPoints: 100, ModelJson: fmt.Sprintf(`{"do":%q}`, do)}},
	})
	if err != nil {
		return nil, err
	}
	if err := hosting.Same("results", 1, len(got.Results)); err != nil {
		return nil, err
	}
	return got.Results[0], hosting.Same("refId", "A", got.Results[0].RefId)
}

func (f *fixture) single(do string, check func(*datasource.QueryResult) error) func(context.Context) error {
	return func(ctx context.Context) error {
		got, err := f.query(ctx, do)
		if err != nil {
			return err
		}
		return check(got)
	}
}

func sameEcho(got *datasource.QueryResult) error {
	return hosting.Same("metaJson", string(canonical.JSON(canonical.Object{
		"from":          "1700000000000",
		"fromRaw":       "now-1h",
		"id":            "42",
		"intervalMs":    "60000",
		"maxDataPoints": "100",
		"refId":         "A",
		"secret":        "s3cret",
		"to":            "1700003600000",
	})), got.MetaJson)
}

func sameSeries(got *datasource.QueryResult) error {
	if err := hosting.Same("series", 1, len(got.Series)); err != nil {
		return err
	}
	series := got.Series[0]
	if err := hosting.Same("points", 3, len(series.Points)); err != nil {
		return err
	}
	return errors.Join(
		hosting.Same("name", "s", series.Name),
		hosting.Same("tag place", "p0", series.Tags["place"]),
		hosting.Same("value of point 0", 1.5, series.Points[0].Value),
		hosting.Same("point 1 is NaN", true, math.IsNaN(series.Points[1].Value)),
		hosting.Same("timestamp of point 2", 9007199254740993, series.Points[2].Timestamp),
	)
}

func sameTable(got *datasource.QueryResult) error {
	if err := hosting.Same("tables", 1, len(got.Tables)); err != nil {
		return err
	}
	table := got.Tables[0]
	names, cells := []string{}, []string{}
	for _, column := range table.Columns {
		names = append(names, column.Name)
	}
	for _, row := range table.Rows {
		for _, v := range row.Values {
			cells = append(cells, fmt.Sprint(v.Kind, v.DoubleValue, v.Int64Value, v.BoolValue, v.StringValue, v.BytesValue))
		}
	}
	return errors.Join(
		hosting.SameList("columns", []string{"null", "double", "int64", "bool", "string", "bytes"}, names),
		hosting.SameList("cells", []string{
			fmt.Sprint(datasource.RowValue_TYPE_NULL, 0.0, 0, false, "", []byte(nil)),
			fmt.Sprint(datasource.RowValue_TYPE_DOUBLE, 1.25, 0, false, "", []byte(nil)),
			fmt.Sprint(datasource.RowValue_TYPE_INT64, 0.0, 9007199254740993, false, "", []byte(nil)),
			fmt.Sprint(datasource.RowValue_TYPE_BOOL, 0.0, 0, true, "", []byte(nil)),
			fmt.Sprint(datasource.RowValue_TYPE_STRING, 0.0, 0, false, "str", []byte(nil)),
			fmt.Sprint(datasource.RowValue_TYPE_BYTES, 0.0, 0, false, "", []byte{0x00, 0xff}),
		}, cells),
	)
}

// cancel leaves a query when its handler has begun, and expects that the plugin goes on.
func (f *fixture) cancel(ctx context.Context) error {
	before, err := f.slept(ctx)
	if err != nil {
		return err
	}
	leaving, cancel := context.WithCancel(ctx)
	defer cancel()
	ended := make(chan error, 1)
	go func() {
		_, err := f.query(leaving, "sleep")
		ended <- err
	}()
	for slept := before; slept == before; {
		if slept, err = f.slept(ctx); err != nil {
			return err
		}
	}
	cancel()
	return errors.Join(hosting.FailsWith(<-ended, codes.Canceled), f.single("echo", sameEcho)(ctx))
}

// slept asks how many sleeping queries have begun.
func (f *fixture) slept(ctx context.Context) (string, error) {
	got, err := f.renderer.Render(ctx, &renderer.RenderRequest{Url: "slept"})
	return got.GetError(), err
}

func (f *fixture) deadline(ctx context.Context) error {
	limited, cancel := context.WithTimeout(ctx, 150*time.Millisecond)
	defer cancel()
	_, err := f.query(limited, "sleep")
	return errors.Join(hosting.FailsWith(err, codes.DeadlineExceeded), f.single("echo", sameEcho)(ctx))
}

func (f *fixture) render(req *renderer.RenderRequest, want string) func(context.Context) error {
	return func(ctx context.Context) error {
		got, err := f.renderer.Render(ctx, req)
		return errors.Join(err, hosting.Same("error", want, got.GetError()))
	}
}
