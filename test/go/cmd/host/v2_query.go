package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/grafana/grafana-plugin-sdk-go/genproto/pluginv2"
	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"grafana-plugin-protocol.test/peers/internal/values"
)

const (
	asArrow = pluginv2.DataFrameFormat_ARROW
	asJSON  = pluginv2.DataFrameFormat_JSON
)

func (p *v2Plugin) queryCases() []testCase {
	var cases []testCase
	for _, format := range []pluginv2.DataFrameFormat{asArrow, asJSON} {
		cases = append(cases,
			testCase{fmt.Sprintf("QueryData echo (%s)", format), p.queryEcho(format)},
			testCase{fmt.Sprintf("QueryData series (%s)", format), p.querySeries(format, 5)},
			testCase{fmt.Sprintf("QueryData series without rows (%s)", format), p.querySeries(format, 0)},
			testCase{fmt.Sprintf("QueryData fail (%s)", format), p.queryFail(format)},
			testCase{fmt.Sprintf("QueryData three queries (%s)", format), p.queryThree(format)},
		)
	}
	return append(cases,
		testCase{"QueryData crash", p.queryCrash},
		testCase{"QueryData complain", p.queryComplain},
		testCase{"status details QueryData reject", p.queryReject},
	)
}

func queryRequest(format pluginv2.DataFrameFormat, queries ...*pluginv2.DataQuery) *pluginv2.QueryDataRequest {
	return &pluginv2.QueryDataRequest{
		PluginContext: values.PluginContext(),
		Headers:       values.Headers(),
		Queries:       queries,
		Format:        format,
	}
}

// query calls QueryData, expects an answer of each query, its frames in the asked format, and decodes as Grafana does.
func (p *v2Plugin) query(ctx context.Context, format pluginv2.DataFrameFormat, queries ...*pluginv2.DataQuery) (backend.Responses, error) {
	reply, err := p.data.QueryData(ctx, queryRequest(format, queries...))
	if err != nil {
		return nil, err
	}
	failures := []error{same("number of responses", len(queries), len(reply.Responses))}
	for _, query := range queries {
		answer, answered := reply.Responses[query.RefId]
		failures = append(failures, same("answer of "+query.RefId, true, answered))
		if len(answer.GetFrames()) > 0 {
			failures = append(failures, same("format of "+query.RefId, format, answer.GetFormat()))
		}
	}
	if err := errors.Join(failures...); err != nil {
		return nil, err
	}
	decoded, err := backend.FromProto().QueryDataResponse(reply)
	if err != nil {
		return nil, fmt.Errorf("cannot decode the frames: %w", err)
	}
	return decoded.Responses, nil
}

func (p *v2Plugin) queryEcho(format pluginv2.DataFrameFormat) func(context.Context) error {
	return func(ctx context.Context) error {
		got, err := p.query(ctx, format, values.Query("A", `{"do":"echo"}`))
		if err != nil {
			return err
		}
		return sameEcho("A", format, got["A"])
	}
}

func (p *v2Plugin) querySeries(format pluginv2.DataFrameFormat, rows int) func(context.Context) error {
	return func(ctx context.Context) error {
		got, err := p.query(ctx, format, values.Query("S", fmt.Sprintf(`{"do":"series","rows":%d}`, rows)))
		if err != nil {
			return err
		}
		return sameSeriesResponse(got["S"], rows)
	}
}

func (p *v2Plugin) queryFail(format pluginv2.DataFrameFormat) func(context.Context) error {
	return func(ctx context.Context) error {
		got, err := p.query(ctx, format, values.Query("F", `{"do":"fail"}`))
		if err != nil {
			return err
		}
		return sameFailure(got["F"])
	}
}

// queryThree holds that one failing query leaves the others of its call alone.
func (p *v2Plugin) queryThree(format pluginv2.DataFrameFormat) func(context.Context) error {
	return func(ctx context.Context) error {
		got, err := p.query(ctx, format,
			values.Query("A", `{"do":"echo"}`),
			values.Query("B", `{"do":"fail"}`),
			values.Query("C", `{"do":"series","rows":3}`),
		)
		if err != nil {
			return err
		}
		return errors.Join(sameEcho("A", format, got["A"]), sameFailure(got["B"]), sameSeriesResponse(got["C"], 3))
	}
}

// queryCrash expects Unknown of Go and Internal of TypeScript, and a plugin that goes on.
func (p *v2Plugin) queryCrash(ctx context.Context) error {
	_, err := p.data.QueryData(ctx, queryRequest(asArrow, values.Query("A", `{"do":"crash"}`)))
	if err := failsWith(err, codes.Unknown, codes.Internal); err != nil {
		return err
	}
	return p.queryEcho(asArrow)(ctx)
}

// queryComplain holds that the text of a plain error comes whole, spaces at its ends and what is not ASCII too.
func (p *v2Plugin) queryComplain(ctx context.Context) error {
	for range 2 {
		for _, text := range []string{"cannot connect: ", "  both  ", " ", "tab\t", "lines\r\n", "100 % caf\u00e9 "} {
			query, err := json.Marshal(map[string]string{"do": "complain", "text": text})
			if err != nil {
				return err
			}
			_, err = p.data.QueryData(ctx, queryRequest(asArrow, values.Query("A", string(query))))
			if err := failsWith(err, codes.Unknown); err != nil {
				return err
			}
			if err := same("message", text, status.Convert(err).Message()); err != nil {
				return err
			}
		}
	}
	return nil
}

func (p *v2Plugin) queryReject(ctx context.Context) error {
	_, err := p.data.QueryData(ctx, queryRequest(asArrow, values.Query("A", `{"do":"reject"}`)))
	if err := failsWith(err, codes.Unknown); err != nil {
		return err
	}
	got := status.Convert(err)
	if err := same("message", "rejected", got.Message()); err != nil {
		return err
	}
	for _, detail := range got.Details() {
		if info, ok := detail.(*errdetails.ErrorInfo); ok {
			return same("errorSource", "downstream", info.Metadata["errorSource"])
		}
	}
	return fmt.Errorf("expected a google.rpc.ErrorInfo, got the details %v", got.Details())
}
