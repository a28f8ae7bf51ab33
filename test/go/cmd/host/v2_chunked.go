package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/grafana/grafana-plugin-sdk-go/data"
	"github.com/grafana/grafana-plugin-sdk-go/genproto/pluginv2"

	"grafana-plugin-protocol.test/peers/internal/values"
)

func (p *v2Plugin) chunkedCases() []testCase {
	var cases []testCase
	for _, format := range []pluginv2.DataFrameFormat{asArrow, asJSON} {
		cases = append(cases,
			testCase{fmt.Sprintf("QueryChunkedData series (%s)", format), p.chunkedSeries(format)},
			testCase{fmt.Sprintf("QueryChunkedData fail (%s)", format), p.chunkedFail(format)},
		)
	}
	return cases
}

func (p *v2Plugin) chunks(ctx context.Context, format pluginv2.DataFrameFormat, query string) ([]*pluginv2.QueryChunkedDataResponse, error) {
	return receiveAll(p.data.QueryChunkedData(ctx, &pluginv2.QueryChunkedDataRequest{
		PluginContext: values.PluginContext(),
		Headers:       values.Headers(),
		Queries:       []*pluginv2.DataQuery{values.Query("S", query)},
		Format:        format,
	}))
}

// chunkedSeries expects five rows as two, two and one.
func (p *v2Plugin) chunkedSeries(format pluginv2.DataFrameFormat) func(context.Context) error {
	return func(ctx context.Context) error {
		got, err := p.chunks(ctx, format, `{"do":"series","rows":5}`)
		if err != nil {
			return err
		}
		if err := same("chunks", 3, len(got)); err != nil {
			return err
		}
		var schema json.RawMessage
		for i, rows := range []int{2, 2, 1} {
			if err := errors.Join(sameChunk(got[i], format), sameRows(got[i], &schema, 2*i, rows)); err != nil {
				return fmt.Errorf("chunk %d: %w", i, err)
			}
		}
		return nil
	}
}

func sameChunk(got *pluginv2.QueryChunkedDataResponse, format pluginv2.DataFrameFormat) error {
	return errors.Join(
		same("refId", "S", got.RefId),
		same("frameId", "f1", got.FrameId),
		same("status", 200, got.Status),
		same("error", "", got.Error),
		same("format", format, got.Format),
	)
}

// sameRows decodes one chunk. An Arrow chunk is complete in itself; of the JSON ones only the first has the schema.
func sameRows(got *pluginv2.QueryChunkedDataResponse, schema *json.RawMessage, first, rows int) error {
	if got.Format == asArrow {
		frame, err := data.UnmarshalArrowFrame(got.Frame)
		if err != nil {
			return err
		}
		return sameSeries(frame, first, rows)
	}
	var part struct {
		Schema json.RawMessage `json:"schema"`
		Data   json.RawMessage `json:"data"`
	}
	if err := json.Unmarshal(got.Frame, &part); err != nil {
		return err
	}
	if hasSchema := part.Schema != nil; hasSchema != (first == 0) {
		return fmt.Errorf("expected a schema in the first chunk alone, got %s", got.Frame)
	}
	if part.Schema != nil {
		*schema = part.Schema
	}
	frame := &data.Frame{}
	if err := json.Unmarshal(fmt.Appendf(nil, `{"schema":%s,"data":%s}`, *schema, part.Data), frame); err != nil {
		return err
	}
	return sameSeries(frame, first, rows)
}

func (p *v2Plugin) chunkedFail(format pluginv2.DataFrameFormat) func(context.Context) error {
	return func(ctx context.Context) error {
		got, err := p.chunks(ctx, format, `{"do":"fail"}`)
		if err != nil {
			return err
		}
		if err := same("chunks", 1, len(got)); err != nil {
			return err
		}
		return errors.Join(
			same("refId", "S", got[0].RefId),
			same("status", 400, got[0].Status),
			same("error", "boom", got[0].Error),
			same("frame bytes", 0, len(got[0].Frame)),
		)
	}
}
