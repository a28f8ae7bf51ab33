package main

import (
	"fmt"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/grafana/grafana-plugin-sdk-go/data"

	"grafana-plugin-protocol.test/peers/internal/canonical"
)

func textFrame(name, value string) *data.Frame {
	return data.NewFrame(name, data.NewField("value", nil, []string{value}))
}

// seriesFrame holds the rows first, first+1, … of the series that the query asks for.
func seriesFrame(query backend.DataQuery, first, rows int) *data.Frame {
	times := make([]time.Time, rows)
	values := make([]float64, rows)
	places := make([]string, rows)
	for row := range rows {
		i := first + row
		times[row] = query.TimeRange.From.Add(time.Duration(i) * query.Interval)
		values[row] = float64(i) * 0.5
		places[row] = fmt.Sprintf("p%d", i%2)
	}
	return data.NewFrame("series",
		data.NewField("time", nil, times),
		data.NewField("value", nil, values),
		data.NewField("place", nil, places),
	)
}

// echo tells what the SDK made of the request.
func echo(req *backend.QueryDataRequest, query backend.DataQuery) string {
	format := "ARROW"
	if req.Format == backend.DataFrameFormat_JSON {
		format = "JSON"
	}
	headers := req.Headers
	if headers == nil {
		headers = map[string]string{}
	}
	seen := canonical.Object{
		"format":        format,
		"from":          canonical.Int(query.TimeRange.From.UnixMilli()),
		"headers":       headers,
		"intervalMs":    canonical.Int(query.Interval.Milliseconds()),
		"login":         "",
		"maxDataPoints": canonical.Int(query.MaxDataPoints),
		"orgId":         canonical.Int(req.PluginContext.OrgID),
		"queryType":     query.QueryType,
		"refId":         query.RefID,
		"secret":        "",
		"to":            canonical.Int(query.TimeRange.To.UnixMilli()),
		"uid":           "",
	}
	if user := req.PluginContext.User; user != nil {
		seen["login"] = user.Login
	}
	if settings := req.PluginContext.DataSourceInstanceSettings; settings != nil {
		seen["secret"] = settings.DecryptedSecureJSONData["token"]
		seen["uid"] = settings.UID
	}
	return string(canonical.JSON(seen))
}
