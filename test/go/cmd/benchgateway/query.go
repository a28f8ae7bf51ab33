package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/grafana/grafana-plugin-sdk-go/backend/gtime"
	"github.com/grafana/grafana-plugin-sdk-go/data"
	"github.com/grafana/grafana-plugin-sdk-go/genproto/pluginv2"
	jsoniter "github.com/json-iterator/go"
)

type queryBody struct {
	From    string            `json:"from"`
	To      string            `json:"to"`
	Queries []json.RawMessage `json:"queries"`
}

type queryModel struct {
	RefID      string `json:"refId"`
	QueryType  string `json:"queryType"`
	Datasource struct {
		UID string `json:"uid"`
	} `json:"datasource"`
	IntervalMs    int64 `json:"intervalMs"`
	MaxDataPoints int64 `json:"maxDataPoints"`
}

// readQueries parses a body as Grafana does; the plugin gets the text of each query.
func (a *api) readQueries(r *http.Request) ([]backend.DataQuery, error) {
	var body queryBody
	if err := json.NewDecoder(r.Body).Decode(&body); err != nil {
		return nil, err
	}
	now := time.Now()
	given := gtime.NewTimeRange(body.From, body.To)
	from, err := given.ParseFrom(gtime.WithNow(now))
	if err != nil {
		return nil, err
	}
	to, err := given.ParseTo(gtime.WithNow(now))
	if err != nil {
		return nil, err
	}
	queries := make([]backend.DataQuery, len(body.Queries))
	for i, text := range body.Queries {
		model := queryModel{RefID: "A", IntervalMs: 1000, MaxDataPoints: 100}
		if err := json.Unmarshal(text, &model); err != nil {
			return nil, err
		}
		if model.Datasource.UID != sourceUID {
			return nil, fmt.Errorf("data source %q not found", model.Datasource.UID)
		}
		queries[i] = backend.DataQuery{
			RefID: model.RefID, QueryType: model.QueryType, MaxDataPoints: model.MaxDataPoints,
			Interval: time.Duration(model.IntervalMs) * time.Millisecond, TimeRange: backend.TimeRange{From: from, To: to}, JSON: text,
		}
	}
	return queries, nil
}

// query is POST /api/ds/query.
func (a *api) query(w http.ResponseWriter, r *http.Request) {
	queries, err := a.readQueries(r)
	if err != nil {
		fail(w, http.StatusBadRequest, err)
		return
	}
	req := &backend.QueryDataRequest{PluginContext: a.pluginContext(), Headers: a.headers(r), Queries: queries}
	found, err := a.data.QueryData(r.Context(), backend.ToProto().QueryDataRequest(req))
	a.count("queryData", err)
	if err != nil {
		fail(w, http.StatusInternalServerError, err)
		return
	}
	answer, err := backend.FromProto().QueryDataResponse(found)
	if err != nil {
		fail(w, http.StatusInternalServerError, err)
		return
	}
	code := http.StatusOK
	for _, response := range answer.Responses {
		if response.Error != nil {
			code = http.StatusBadRequest
		}
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.WriteHeader(code)
	// The encoder that Grafana has.
	_ = jsoniter.ConfigCompatibleWithStandardLibrary.NewEncoder(w).Encode(answer)
}

// A line is one of text/jsonl.
type line struct {
	RefID   string          `json:"refId"`
	FrameID string          `json:"frameId,omitempty"`
	Frame   json.RawMessage `json:"frame,omitempty"`
	Error   string          `json:"error,omitempty"`
}

// chunks is a query by QueryChunkedData: each chunk is a line, written as soon as it comes.
func (a *api) chunks(w http.ResponseWriter, r *http.Request) {
	queries, err := a.readQueries(r)
	if err != nil {
		fail(w, http.StatusBadRequest, err)
		return
	}
	req := &backend.QueryChunkedDataRequest{PluginContext: a.pluginContext(), Headers: a.headers(r), Queries: queries}
	stream, err := a.data.QueryChunkedData(r.Context(), backend.ToProto().QueryChunkedDataRequest(req))
	a.count("queryChunkedData", err)
	if err != nil {
		fail(w, http.StatusInternalServerError, err)
		return
	}
	w.Header().Set("Content-Type", "text/jsonl")
	encoder := json.NewEncoder(w)
	flusher := http.NewResponseController(w)
	for {
		chunk, err := stream.Recv()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			panic(http.ErrAbortHandler)
		}
		text, err := frameJSON(chunk)
		if err != nil {
			panic(http.ErrAbortHandler)
		}
		if encoder.Encode(line{chunk.RefId, chunk.FrameId, text, chunk.Error}) != nil || flusher.Flush() != nil {
			return
		}
	}
}

func frameJSON(chunk *pluginv2.QueryChunkedDataResponse) ([]byte, error) {
	if chunk.Format == pluginv2.DataFrameFormat_JSON || len(chunk.Frame) == 0 {
		return chunk.Frame, nil
	}
	frame, err := data.UnmarshalArrowFrame(chunk.Frame)
	if err != nil {
		return nil, err
	}
	return frame.MarshalJSON()
}
