package main

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/grafana/grafana-plugin-sdk-go/backend/tracing"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/propagation"
	tracesdk "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
)

const pluginID = "observed-datasource"

func servePlugin() error {
	spans := tracetest.NewInMemoryExporter()
	provider := tracesdk.NewTracerProvider(tracesdk.WithSyncer(spans))
	otel.SetTracerProvider(provider)
	otel.SetTextMapPropagator(propagation.TraceContext{})
	tracing.InitDefaultTracer(provider.Tracer(pluginID))
	p := &plugin{spans: spans}
	return backend.Manage(pluginID, backend.ServeOpts{
		CheckHealthHandler:  p,
		CallResourceHandler: p,
		QueryDataHandler:    p,
		StreamHandler:       p,
		AdmissionHandler:    p,
		ConversionHandler:   p,
	})
}

type plugin struct {
	spans *tracetest.InMemoryExporter
}

// end ends a call as its path, its query type or another text of the request says.
func end(ctx context.Context, how string) error {
	switch how {
	case "error":
		return errors.New("it went wrong")
	case "downstream":
		return backend.DownstreamError(errors.New("the database is down"))
	case "panic":
		panic("a defect")
	case "wait":
		<-ctx.Done()
		return ctx.Err()
	default:
		return nil
	}
}

func (p *plugin) QueryData(ctx context.Context, req *backend.QueryDataRequest) (*backend.QueryDataResponse, error) {
	res := backend.NewQueryDataResponse()
	for _, query := range req.Queries {
		switch query.QueryType {
		case "fail":
			res.Responses[query.RefID] = backend.DataResponse{Error: errors.New("a bad query"), Status: 400}
		case "fail downstream":
			res.Responses[query.RefID] = backend.DataResponse{
				Error: errors.New("no such table"), Status: 502, ErrorSource: backend.ErrorSourceDownstream,
			}
		case "fail cancelled":
			res.Responses[query.RefID] = backend.DataResponse{Error: context.Canceled, Status: 499}
		default:
			if err := end(ctx, query.QueryType); err != nil {
				return nil, err
			}
			res.Responses[query.RefID] = backend.DataResponse{Status: 200}
		}
	}
	return res, nil
}

func (p *plugin) CallResource(ctx context.Context, req *backend.CallResourceRequest, sender backend.CallResourceResponseSender) error {
	body := []byte("{}")
	if req.Path == "spans" {
		described, err := json.Marshal(describe(p.spans.GetSpans()))
		if err != nil {
			return err
		}
		body = described
	}
	if err := end(ctx, req.Path); err != nil {
		return err
	}
	return sender.Send(&backend.CallResourceResponse{Status: http.StatusOK, Body: body})
}

func (p *plugin) CheckHealth(ctx context.Context, req *backend.CheckHealthRequest) (*backend.CheckHealthResult, error) {
	return &backend.CheckHealthResult{Status: backend.HealthStatusOk}, end(ctx, req.Headers["end"])
}

func (p *plugin) SubscribeStream(ctx context.Context, req *backend.SubscribeStreamRequest) (*backend.SubscribeStreamResponse, error) {
	return &backend.SubscribeStreamResponse{}, end(ctx, req.Path)
}

func (p *plugin) PublishStream(ctx context.Context, req *backend.PublishStreamRequest) (*backend.PublishStreamResponse, error) {
	return &backend.PublishStreamResponse{}, end(ctx, req.Path)
}

func (p *plugin) RunStream(ctx context.Context, req *backend.RunStreamRequest, sender *backend.StreamSender) error {
	if err := sender.SendJSON([]byte("{}")); err != nil {
		return err
	}
	return end(ctx, req.Path)
}

func (p *plugin) ValidateAdmission(ctx context.Context, req *backend.AdmissionRequest) (*backend.ValidationResponse, error) {
	return &backend.ValidationResponse{Allowed: true}, end(ctx, string(req.ObjectBytes))
}

func (p *plugin) MutateAdmission(ctx context.Context, req *backend.AdmissionRequest) (*backend.MutationResponse, error) {
	return &backend.MutationResponse{Allowed: true}, end(ctx, string(req.ObjectBytes))
}

func (p *plugin) ConvertObjects(ctx context.Context, req *backend.ConversionRequest) (*backend.ConversionResponse, error) {
	return &backend.ConversionResponse{}, end(ctx, req.UID)
}

// A span is what both plugins say of a span of theirs.
type span struct {
	Name       string         `json:"name"`
	TraceID    string         `json:"traceId"`
	ParentID   string         `json:"parentId"`
	Attributes map[string]any `json:"attributes"`
	Status     string         `json:"status"`
	Message    string         `json:"message"`
	Events     []string       `json:"events"`
}

func describe(stubs tracetest.SpanStubs) []span {
	described := []span{}
	for _, stub := range stubs {
		if len(stub.Name) < 4 || stub.Name[:4] != "sdk." {
			continue
		}
		attributes := map[string]any{}
		for _, attribute := range stub.Attributes {
			attributes[string(attribute.Key)] = attribute.Value.AsInterface()
		}
		events := []string{}
		for _, event := range stub.Events {
			events = append(events, event.Name)
		}
		described = append(described, span{
			Name:       stub.Name,
			TraceID:    stub.SpanContext.TraceID().String(),
			ParentID:   stub.Parent.SpanID().String(),
			Attributes: attributes,
			Status:     stub.Status.Code.String(),
			Message:    stub.Status.Description,
			Events:     events,
		})
	}
	return described
}
