package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/data"
	"github.com/grafana/grafana-plugin-sdk-go/genproto/pluginv2"
	"google.golang.org/grpc/codes"

	"grafana-plugin-protocol.test/peers/internal/canonical"
	"grafana-plugin-protocol.test/peers/sdk/internal/hosting"
)

const (
	fromMs     = 1700000000000
	toMs       = 1700003600000
	intervalMs = 60000
	largeBytes = 15 << 20
)

func (f *fixture) queryCases() []hosting.Case {
	return []hosting.Case{
		{Name: "QueryData echo", Run: f.echo},
		{Name: "QueryData series", Run: f.series(5)},
		{Name: "QueryData series without rows", Run: f.series(0)},
		{Name: "QueryData fail beside series", Run: f.failBesideSeries},
		{Name: "QueryData reject", Run: f.failing("reject", codes.Unknown)},
		// Unknown of Go, Internal of TypeScript
		{Name: "QueryData crash", Run: f.failing("crash", codes.Unknown, codes.Internal)},
		{Name: "15 MiB request", Run: f.largeRequest},
		{Name: "15 MiB response", Run: f.largeResponse},
		{Name: "17 MiB request", Run: f.tooLargeRequest},
	}
}

func query(refID, json string) *pluginv2.DataQuery {
	return &pluginv2.DataQuery{
		RefId:         refID,
		MaxDataPoints: 100,
		IntervalMS:    intervalMs,
		TimeRange:     &pluginv2.TimeRange{FromEpochMS: fromMs, ToEpochMS: toMs},
		Json:          []byte(json),
		QueryType:     "fixture",
	}
}

func (f *fixture) query(ctx context.Context, queries ...*pluginv2.DataQuery) (map[string]*pluginv2.DataResponse, error) {
	got, err := f.data.QueryData(ctx, &pluginv2.QueryDataRequest{
		PluginContext: pluginContext(),
		Headers:       map[string]string{"http_X-Fixture": "yes", "FromAlert": "true"},
		Queries:       queries,
	})
	return got.GetResponses(), err
}

// onlyFrame is the answer to a call of one query, read as this version reads frames.
func (f *fixture) onlyFrame(ctx context.Context, json, name string) (*data.Frame, error) {
	got, err := f.query(ctx, query("A", json))
	if err != nil {
		return nil, err
	}
	return decodeOnly(got["A"], name)
}

func decodeOnly(answer *pluginv2.DataResponse, name string) (*data.Frame, error) {
	if err := errors.Join(
		hosting.Same("error", "", answer.GetError()),
		hosting.Same("frames", 1, len(answer.GetFrames())),
	); err != nil {
		return nil, err
	}
	frame, err := data.UnmarshalArrowFrame(answer.Frames[0])
	if err != nil {
		return nil, err
	}
	return frame, hosting.Same("frame name", name, frame.Name)
}

func (f *fixture) echo(ctx context.Context) error {
	frame, err := f.onlyFrame(ctx, `{"do":"echo"}`, "echo")
	if err != nil {
		return err
	}
	text, _ := frame.ConcreteAt(0, 0)
	return hosting.Same("echo", any(string(canonical.JSON(canonical.Object{
		"format":        "ARROW",
		"from":          canonical.Int(fromMs),
		"headers":       map[string]string{"http_X-Fixture": "yes", "FromAlert": "true"},
		"intervalMs":    canonical.Int(intervalMs),
		"login":         "ada",
		"maxDataPoints": "100",
		"orgId":         "7",
		"queryType":     "fixture",
		"refId":         "A",
		"secret":        "s3cret",
		"to":            canonical.Int(toMs),
		"uid":           "",
	}))), text)
}

func (f *fixture) series(rows int) func(context.Context) error {
	return func(ctx context.Context) error {
		frame, err := f.onlyFrame(ctx, fmt.Sprintf(`{"do":"series","rows":%d}`, rows), "series")
		if err != nil {
			return err
		}
		return sameSeries(frame, rows)
	}
}

func sameSeries(frame *data.Frame, rows int) error {
	names := []string{}
	for _, field := range frame.Fields {
		names = append(names, field.Name)
	}
	if err := errors.Join(
		hosting.SameList("fields", []string{"time", "value", "place"}, names),
		hosting.Same("rows", rows, frame.Rows()),
	); err != nil {
		return err
	}
	for row := range rows {
		at, _ := frame.ConcreteAt(0, row)
		value, _ := frame.ConcreteAt(1, row)
		place, _ := frame.ConcreteAt(2, row)
		instant, _ := at.(time.Time)
		if err := errors.Join(
			hosting.Same("time in ns", (fromMs+int64(row)*intervalMs)*int64(time.Millisecond), instant.UnixNano()),
			hosting.Same("value", any(float64(row)*0.5), value),
			hosting.Same("place", any(fmt.Sprintf("p%d", row%2)), place),
		); err != nil {
			return fmt.Errorf("row %d: %w", row, err)
		}
	}
	return nil
}

func (f *fixture) failBesideSeries(ctx context.Context) error {
	got, err := f.query(ctx, query("A", `{"do":"fail"}`), query("B", `{"do":"series","rows":1}`))
	if err != nil {
		return err
	}
	frame, err := decodeOnly(got["B"], "series")
	if err == nil {
		err = sameSeries(frame, 1)
	}
	return errors.Join(err, hosting.Same("error of A", "boom", got["A"].GetError()))
}

// failing expects that the plugin goes on.
func (f *fixture) failing(do string, want ...codes.Code) func(context.Context) error {
	return func(ctx context.Context) error {
		_, err := f.query(ctx, query("A", fmt.Sprintf(`{"do":%q}`, do)))
		return errors.Join(hosting.FailsWith(err, want...), f.healthy(ctx))
	}
}

func padded(bytes int) *pluginv2.DataQuery {
	return query("A", fmt.Sprintf(`{"do":"series","rows":1,"pad":%q}`, strings.Repeat("x", bytes)))
}

func (f *fixture) largeRequest(ctx context.Context) error {
	got, err := f.query(ctx, padded(largeBytes))
	if err != nil {
		return err
	}
	_, err = decodeOnly(got["A"], "series")
	return err
}

func (f *fixture) largeResponse(ctx context.Context) error {
	frame, err := f.onlyFrame(ctx, fmt.Sprintf(`{"do":"bytes","bytes":%d}`, largeBytes), "bytes")
	if err != nil {
		return err
	}
	value, _ := frame.ConcreteAt(0, 0)
	text, _ := value.(string)
	return hosting.Same("length", largeBytes, strings.Count(text, "x"))
}

func (f *fixture) tooLargeRequest(ctx context.Context) error {
	_, err := f.query(ctx, padded(17<<20))
	return errors.Join(hosting.FailsWith(err, codes.ResourceExhausted), f.healthy(ctx))
}
