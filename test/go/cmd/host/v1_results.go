package main

import (
	"errors"
	"fmt"
	"math"

	"github.com/grafana/grafana-plugin-model/go/datasource"

	"grafana-plugin-protocol.test/peers/internal/canonical"
	"grafana-plugin-protocol.test/peers/internal/values"
)

func sameV1Echo(refID string, got *datasource.QueryResult) error {
	return sameText("metaJson", string(canonical.JSON(canonical.Object{
		"from":          canonical.Int(values.FromMs),
		"fromRaw":       "now-1h",
		"id":            "42",
		"intervalMs":    canonical.Int(values.IntervalMs),
		"maxDataPoints": canonical.Int(values.MaxDataPoints),
		"refId":         refID,
		"secret":        "s3cret",
		"to":            canonical.Int(values.ToMs),
	})), []byte(got.MetaJson))
}

func sameV1Series(got *datasource.QueryResult) error {
	if err := same("series", 1, len(got.Series)); err != nil {
		return err
	}
	series := got.Series[0]
	if err := errors.Join(
		same("name", "s", series.Name),
		same("number of tags", 1, len(series.Tags)),
		same("tag place", "p0", series.Tags["place"]),
		same("points", 3, len(series.Points)),
	); err != nil {
		return err
	}
	return errors.Join(
		same("timestamp of point 0", 1700000000000, series.Points[0].Timestamp),
		same("value of point 0", 1.5, series.Points[0].Value),
		same("timestamp of point 1", 1700000060000, series.Points[1].Timestamp),
		same("point 1 is NaN", true, math.IsNaN(series.Points[1].Value)),
		same("timestamp of point 2", 9007199254740993, series.Points[2].Timestamp),
		same("value of point 2", -2.5, series.Points[2].Value),
	)
}

// cell is a RowValue without the bookkeeping of its generated type.
type cell struct {
	kind   datasource.RowValue_Kind
	double float64
	int64  int64
	bool   bool
	text   string
	bytes  string
}

func sameV1Table(got *datasource.QueryResult) error {
	if err := same("tables", 1, len(got.Tables)); err != nil {
		return err
	}
	table := got.Tables[0]
	names := []string{}
	for _, column := range table.Columns {
		names = append(names, column.Name)
	}
	if err := errors.Join(
		sameList("columns", []string{"null", "double", "int64", "bool", "string", "bytes"}, names),
		same("rows", 1, len(table.Rows)),
	); err != nil {
		return err
	}
	cells := []cell{}
	for _, v := range table.Rows[0].Values {
		cells = append(cells, cell{v.Kind, v.DoubleValue, v.Int64Value, v.BoolValue, v.StringValue, fmt.Sprintf("%x", v.BytesValue)})
	}
	return sameList("row 0", []cell{
		{kind: datasource.RowValue_TYPE_NULL},
		{kind: datasource.RowValue_TYPE_DOUBLE, double: 1.25},
		{kind: datasource.RowValue_TYPE_INT64, int64: 9007199254740993},
		{kind: datasource.RowValue_TYPE_BOOL, bool: true},
		{kind: datasource.RowValue_TYPE_STRING, text: "str"},
		{kind: datasource.RowValue_TYPE_BYTES, bytes: "00ff"},
	}, cells)
}
