package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/data"
	"github.com/grafana/grafana-plugin-sdk-go/genproto/pluginv2"
)

// A chunkedQuery is the JSON of a query for rows in chunks.
type chunkedQuery struct {
	Rows  int `json:"rows"`
	Chunk int `json:"chunk"`
}

// readChunks reads one answer, and compares the number of its chunks; of its rows too when it decodes.
func (h *host) readChunks(ctx context.Context, req *pluginv2.QueryChunkedDataRequest, pause *options, decodes bool) error {
	var asked chunkedQuery
	if err := json.Unmarshal(req.Queries[0].Json, &asked); err != nil {
		return err
	}
	stream, err := h.data.QueryChunkedData(ctx, req)
	if err != nil {
		return err
	}
	chunks, rows := 0, 0
	for {
		chunk, err := stream.Recv()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		if chunk.Error != "" {
			return fmt.Errorf("query %s: %s", chunk.RefId, chunk.Error)
		}
		chunks++
		if pause != nil && chunks == chunksUntilPause {
			time.Sleep(pause.duration)
		}
		if !decodes {
			continue
		}
		frame, err := data.UnmarshalArrowFrame(chunk.Frame)
		if err != nil {
			return err
		}
		rows += frame.Rows()
	}
	if wanted := (asked.Rows + asked.Chunk - 1) / asked.Chunk; chunks != wanted {
		return fmt.Errorf("expected %d chunks, got %d", wanted, chunks)
	}
	if decodes && rows != asked.Rows {
		return fmt.Errorf("expected %d rows, got %d", asked.Rows, rows)
	}
	return nil
}

func readCreated(details []byte) (float64, error) {
	var answer struct {
		Created float64 `json:"created"`
	}
	err := json.Unmarshal(details, &answer)
	return answer.Created, err
}
