package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/grafana/grafana-plugin-sdk-go/data"

	"grafana-plugin-protocol.test/peers/internal/canonical"
)

// A task is what the `json` of a query asks for; other keys in it are ignored.
type task struct {
	Do    string `json:"do"`
	Rows  int    `json:"rows"`
	Bytes int    `json:"bytes"`
}

func (f *fixture) QueryData(ctx context.Context, req *backend.QueryDataRequest) (*backend.QueryDataResponse, error) {
	f.calls.Inc()
	out := backend.NewQueryDataResponse()
	for _, query := range req.Queries {
		answer, err := f.answer(ctx, req, query)
		if err != nil {
			return nil, err
		}
		out.Responses[query.RefID] = answer
	}
	return out, nil
}

// answer returns an error only if the whole call is to fail.
func (f *fixture) answer(ctx context.Context, req *backend.QueryDataRequest, query backend.DataQuery) (backend.DataResponse, error) {
	var asked task
	if err := json.Unmarshal(query.JSON, &asked); err != nil {
		return failed(fmt.Sprintf("query %s is not JSON: %v", query.RefID, err)), nil
	}
	switch asked.Do {
	case "echo":
		return withFrame(textFrame("echo", echo(req, query))), nil
	case "series":
		return withFrame(seriesFrame(query, asked.Rows)), nil
	case "bytes":
		return withFrame(textFrame("bytes", strings.Repeat("x", asked.Bytes))), nil
	case "fail":
		return failed("boom"), nil
	case "reject":
		return backend.DataResponse{}, errors.New("rejected")
	case "crash":
		panic("crash was asked for")
	case "sleep":
		f.slept.Add(1)
		return backend.DataResponse{}, f.untilCancelled(ctx)
	default:
		return failed(fmt.Sprintf("unknown do %q", asked.Do)), nil
	}
}

func withFrame(frame *data.Frame) backend.DataResponse {
	answer := backend.DataResponse{Frames: data.Frames{frame}}
	set(&answer, "Status", 200)
	return answer
}

func failed(message string) backend.DataResponse {
	answer := backend.DataResponse{Error: errors.New(message)}
	set(&answer, "Status", 400)
	set(&answer, "ErrorSource", "downstream")
	return answer
}

func textFrame(name, value string) *data.Frame {
	return data.NewFrame(name, data.NewField("value", nil, []string{value}))
}

func seriesFrame(query backend.DataQuery, rows int) *data.Frame {
	times, values, places := make([]time.Time, rows), make([]float64, rows), make([]string, rows)
	for row := range rows {
		times[row] = query.TimeRange.From.Add(time.Duration(row) * query.Interval)
		values[row] = float64(row) * 0.5
		places[row] = fmt.Sprintf("p%d", row%2)
	}
	return data.NewFrame("series",
		data.NewField("time", nil, times),
		data.NewField("value", nil, values),
		data.NewField("place", nil, places),
	)
}

// echo tells what the SDK made of the request; a key is missing if this version knows nothing of it.
func echo(req *backend.QueryDataRequest, query backend.DataQuery) string {
	seen := canonical.Object{
		"from":          canonical.Int(query.TimeRange.From.UnixMilli()),
		"headers":       req.Headers,
		"intervalMs":    canonical.Int(query.Interval.Milliseconds()),
		"login":         req.PluginContext.User.Login,
		"maxDataPoints": canonical.Int(query.MaxDataPoints),
		"orgId":         canonical.Int(req.PluginContext.OrgID),
		"queryType":     query.QueryType,
		"refId":         query.RefID,
		"secret":        req.PluginContext.DataSourceInstanceSettings.DecryptedSecureJSONData["token"],
		"to":            canonical.Int(query.TimeRange.To.UnixMilli()),
	}
	if format, ok := known[int32](req, "Format"); ok {
		seen["format"] = []string{"ARROW", "JSON"}[format]
	}
	if uid, ok := known[string](req.PluginContext.DataSourceInstanceSettings, "UID"); ok {
		seen["uid"] = uid
	}
	return string(canonical.JSON(seen))
}
