// Command errorsources prints, as JSON, whose fault the official SDK takes errors and HTTP statuses for, and which status
// and source it gives a query that fails with each of the errors.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
)

type verdict struct {
	Name string `json:"name"`
	// Of a handler's error.
	IsDownstream bool `json:"isDownstream"`
	// Of an error of the SDK's HTTP client.
	IsDownstreamHTTP bool   `json:"isDownstreamHttp"`
	RequestStatus    string `json:"requestStatus"`
	QueryStatus      int    `json:"queryStatus"`
	QuerySource      string `json:"querySource"`
}

type output struct {
	// Statuses from 100 to 599 that are the plugin's fault.
	PluginStatuses []int     `json:"pluginStatuses"`
	Errors         []verdict `json:"errors"`
}

func main() {
	out := output{}
	for status := 100; status < 600; status++ {
		if backend.ErrorSourceFromHTTPStatus(status) == backend.ErrorSourcePlugin {
			out.PluginStatuses = append(out.PluginStatuses, status)
		}
	}
	for _, each := range cases {
		judged, err := judge(each)
		if err != nil {
			fmt.Fprintln(os.Stderr, "errorsources:", err)
			os.Exit(1)
		}
		out.Errors = append(out.Errors, judged)
	}
	encoder := json.NewEncoder(os.Stdout)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(out); err != nil {
		fmt.Fprintln(os.Stderr, "errorsources:", err)
		os.Exit(1)
	}
}

func judge(each errorCase) (verdict, error) {
	entry, err := throughMiddleware(each.err)
	if err != nil {
		return verdict{}, fmt.Errorf("%s: %w", each.name, err)
	}
	return verdict{
		Name:             each.name,
		IsDownstream:     backend.IsDownstreamError(each.err),
		IsDownstreamHTTP: backend.IsDownstreamHTTPError(each.err),
		RequestStatus:    backend.RequestStatusFromError(each.err).String(),
		QueryStatus:      int(entry.Status),
		QuerySource:      entry.ErrorSource.String(),
	}, nil
}

// The middleware completes the entry of a query whose handler gave an error alone.
func throughMiddleware(failure error) (backend.DataResponse, error) {
	handler, err := backend.HandlerFromMiddlewares(&handlers{failure: failure}, backend.NewErrorSourceMiddleware())
	if err != nil {
		return backend.DataResponse{}, err
	}
	// The middleware also writes the source into the context, and wants a place for it there, which only the SDK can
	// make. The answer is complete all the same.
	answer, _ := handler.QueryData(context.Background(), &backend.QueryDataRequest{})
	if answer == nil {
		return backend.DataResponse{}, fmt.Errorf("expected an answer of the middleware")
	}
	return answer.Responses["A"], nil
}

type handlers struct {
	backend.BaseHandler
	failure error
}

func (h *handlers) QueryData(context.Context, *backend.QueryDataRequest) (*backend.QueryDataResponse, error) {
	return &backend.QueryDataResponse{Responses: backend.Responses{"A": {Error: h.failure}}}, nil
}
