package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/grafana/grafana-plugin-sdk-go/data"
	"github.com/grafana/grafana-plugin-sdk-go/genproto/pluginv2"
)

// A chunkedFile is what a plugin gave to the SDK's chunked writer and which messages came out, by format.
type chunkedFile struct {
	Writes []chunkedWrite         `json:"writes"`
	Chunks map[string][]wireChunk `json:"chunks"`
}

// A chunkedWrite is a frame or, if there is none, an error.
type chunkedWrite struct {
	RefID   string  `json:"refId"`
	FrameID string  `json:"frameId"`
	Frame   []byte  `json:"frame"` // Arrow in base64, or null
	Status  int     `json:"status"`
	Error   *string `json:"error"`
	frame   func() *data.Frame
}

// wireChunk is a QueryChunkedDataResponse.
type wireChunk struct {
	RefID       string `json:"refId"`
	FrameID     string `json:"frameId"`
	Frame       any    `json:"frame"` // ARROW: a description; JSON: the exact text; null if there are no bytes
	Status      int32  `json:"status"`
	Error       string `json:"error"`
	ErrorSource string `json:"errorSource"`
	Format      string `json:"format"`
}

func writeChunked(dir string) error {
	for name, writes := range chunkedCases() {
		file := chunkedFile{Chunks: map[string][]wireChunk{}}
		for _, format := range []backend.DataFrameFormat{backend.DataFrameFormat_ARROW, backend.DataFrameFormat_JSON} {
			chunks, err := chunksOf(format, writes)
			if err != nil {
				return fmt.Errorf("%s: %w", name, err)
			}
			file.Chunks[pluginv2.DataFrameFormat(format).String()] = chunks
		}
		for _, w := range writes {
			if w.frame != nil {
				var err error
				if w.Frame, err = w.frame().MarshalArrow(); err != nil {
					return fmt.Errorf("%s: %w", name, err)
				}
			}
			file.Writes = append(file.Writes, w)
		}
		if err := writeJSON(dir, name+".chunks.json", file); err != nil {
			return err
		}
	}
	return nil
}

func chunksOf(format backend.DataFrameFormat, writes []chunkedWrite) ([]wireChunk, error) {
	chunks := []wireChunk{}
	writer := backend.NewChunkedDataWriter(format, func(sent *pluginv2.QueryChunkedDataResponse) error {
		chunk := wireChunk{
			RefID: sent.RefId, FrameID: sent.FrameId, Status: sent.Status, Error: sent.Error, ErrorSource: sent.ErrorSource,
			Format: sent.Format.String(),
		}
		if len(sent.Frame) > 0 {
			encoded, err := readable(sent.Format, sent.Frame)
			if err != nil {
				return err
			}
			chunk.Frame = encoded[0]
		}
		chunks = append(chunks, chunk)
		return nil
	})
	for _, w := range writes {
		var err error
		if w.frame != nil {
			err = writer.WriteFrame(context.Background(), w.RefID, w.FrameID, w.frame())
		} else {
			err = writer.WriteError(context.Background(), w.RefID, backend.Status(w.Status), errors.New(*w.Error))
		}
		if err != nil {
			return nil, err
		}
	}
	return chunks, nil
}

func chunkedCases() map[string][]chunkedWrite {
	frame := func(refID, frameID, name string, seconds ...int) chunkedWrite {
		values := make([]float64, len(seconds))
		for i, s := range seconds {
			values[i] = float64(s) / 4
		}
		return chunkedWrite{RefID: refID, FrameID: frameID, frame: func() *data.Frame {
			return data.NewFrame(name, newField("time", at(seconds...), nil), labelled("value", data.Labels{"host": "a"}, values...)).
				SetMeta(&data.FrameMeta{ExecutedQueryString: "select"})
		}}
	}
	fails := func(refID string, status backend.Status, message string) chunkedWrite {
		return chunkedWrite{RefID: refID, Status: int(status), Error: &message}
	}
	return map[string][]chunkedWrite{
		"chunked-one-frame":       {frame("A", "f1", "one", 0, 1)},
		"chunked-rows-in-parts":   {frame("A", "f1", "one", 0, 1), frame("A", "f1", "one", 2), frame("A", "f1", "one")},
		"chunked-several-frames":  {frame("A", "f1", "one", 0), frame("A", "f2", "two", 0), frame("A", "f1", "one", 1), frame("A", "f2", "two", 1)},
		"chunked-several-queries": {frame("A", "f1", "a", 0), frame("B", "f1", "b", 0), frame("A", "f1", "a", 1)},
		"chunked-error":           {fails("A", backend.StatusBadRequest, "boom")},
		"chunked-error-after-row": {frame("A", "f1", "one", 0), fails("A", backend.StatusInternal, "boom"), frame("B", "f1", "b", 0)},
		"chunked-error-no-status": {fails("A", 0, "boom")},
	}
}
