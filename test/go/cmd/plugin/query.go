package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/grafana/grafana-plugin-sdk-go/data"
)

// A task is what the `json` of a query asks for; other keys in it are ignored.
type task struct {
	Do    string `json:"do"`
	Rows  int    `json:"rows"`
	Bytes int    `json:"bytes"`
	Text  string `json:"text"`
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
		return frames(textFrame("echo", echo(req, query))), nil
	case "series":
		return frames(seriesFrame(query, 0, asked.Rows)), nil
	case "bytes":
		return frames(textFrame("bytes", strings.Repeat("x", asked.Bytes))), nil
	case "fail":
		return failed("boom"), nil
	case "reject":
		return backend.DataResponse{}, backend.DownstreamError(errors.New("rejected"))
	case "complain":
		return backend.DataResponse{}, errors.New(asked.Text)
	case "crash":
		panic("crash was asked for")
	case "sleep":
		f.slept.Add(1)
		return backend.DataResponse{}, f.untilCancelled(ctx)
	default:
		return failed(fmt.Sprintf("unknown do %q", asked.Do)), nil
	}
}

func (f *fixture) QueryChunkedData(ctx context.Context, req *backend.QueryChunkedDataRequest, w backend.ChunkedDataWriter) error {
	for _, query := range req.Queries {
		if err := writeChunks(ctx, query, w); err != nil {
			return err
		}
	}
	return nil
}

const rowsPerChunk = 2

func writeChunks(ctx context.Context, query backend.DataQuery, w backend.ChunkedDataWriter) error {
	var asked task
	if err := json.Unmarshal(query.JSON, &asked); err != nil {
		return w.WriteError(ctx, query.RefID, backend.StatusBadRequest, err)
	}
	switch asked.Do {
	case "series":
		for first := 0; first < asked.Rows; first += rowsPerChunk {
			frame := seriesFrame(query, first, min(rowsPerChunk, asked.Rows-first))
			if err := w.WriteFrame(ctx, query.RefID, "f1", frame); err != nil {
				return err
			}
		}
		return nil
	case "fail":
		return w.WriteError(ctx, query.RefID, backend.StatusBadRequest, errors.New("boom"))
	default:
		return w.WriteError(ctx, query.RefID, backend.StatusBadRequest, fmt.Errorf("unknown do %q", asked.Do))
	}
}

func frames(frame *data.Frame) backend.DataResponse {
	return backend.DataResponse{Status: backend.StatusOK, Frames: data.Frames{frame}}
}

func failed(message string) backend.DataResponse {
	return backend.DataResponse{
		Status:      backend.StatusBadRequest,
		Error:       errors.New(message),
		ErrorSource: backend.ErrorSourceDownstream,
	}
}
