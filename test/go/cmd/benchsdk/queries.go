package main

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/grafana/grafana-plugin-sdk-go/data"
)

type rangeModel struct {
	Expr string `json:"expr"`
}

type tableModel struct {
	Table string `json:"table"`
	Limit int    `json:"limit"`
}

type rowsModel struct {
	Rows  int `json:"rows"`
	Chunk int `json:"chunk"`
}

// queryRange is a point for each interval of the time range.
func (d *dataSource) queryRange(query backend.DataQuery) backend.DataResponse {
	var model rangeModel
	if err := json.Unmarshal(query.JSON, &model); err != nil {
		return badModel(err)
	}
	points := min(query.MaxDataPoints, int64(query.TimeRange.Duration()/query.Interval))
	times, values := make([]time.Time, points), make([]float64, points)
	for i := range times {
		times[i] = query.TimeRange.From.Add(time.Duration(i) * query.Interval)
		values[i] = valueAt(i)
	}
	frame := data.NewFrame(model.Expr, data.NewField("time", nil, times), data.NewField("value", nil, values))
	return backend.DataResponse{Frames: data.Frames{frame}}
}

// queryTable is so many rows of names and numbers.
func (d *dataSource) queryTable(query backend.DataQuery) backend.DataResponse {
	var model tableModel
	if err := json.Unmarshal(query.JSON, &model); err != nil {
		return badModel(err)
	}
	names, values := make([]string, model.Limit), make([]float64, model.Limit)
	for i := range names {
		names[i] = nameAt(i)
		values[i] = valueAt(i)
	}
	frame := data.NewFrame(model.Table, data.NewField("sensor", nil, names), data.NewField("value", nil, values))
	return backend.DataResponse{Frames: data.Frames{frame}}
}

// queryRows is a long table in chunks.
func (d *dataSource) queryRows(ctx context.Context, req *backend.QueryChunkedDataRequest, w backend.ChunkedDataWriter) error {
	for _, query := range req.Queries {
		var model rowsModel
		if err := json.Unmarshal(query.JSON, &model); err != nil {
			if err := w.WriteError(ctx, query.RefID, backend.StatusBadRequest, err); err != nil {
				return err
			}
			continue
		}
		for from := 0; from < model.Rows; from += model.Chunk {
			chunk := rowsFrom(query.TimeRange.From, from, min(model.Chunk, model.Rows-from))
			if err := w.WriteFrame(ctx, query.RefID, "0", chunk); err != nil {
				return err
			}
		}
	}
	return nil
}

func rowsFrom(start time.Time, from, count int) *data.Frame {
	times, values, names := make([]time.Time, count), make([]float64, count), make([]string, count)
	for i := range times {
		row := from + i
		times[i] = start.Add(time.Duration(row) * time.Second)
		values[i] = valueAt(row)
		names[i] = nameAt(row)
	}
	return data.NewFrame("rows", data.NewField("time", nil, times), data.NewField("value", nil, values), data.NewField("sensor", nil, names))
}

func valueAt(row int) float64 { return float64(row*7919%100_003) / 1000 }

var sensorNames = func() (names [100]string) {
	for i := range names {
		names[i] = fmt.Sprintf("sensor-%02d", i)
	}
	return names
}()

func nameAt(row int) string { return sensorNames[row%len(sensorNames)] }

func badModel(err error) backend.DataResponse {
	return backend.ErrDataResponse(backend.StatusBadRequest, fmt.Sprintf("query: %v", err))
}
