// Command httpclient is a plugin whose queries say what the SDK's HTTP client does with the settings of a data source:
// {"kind":"options"} answers with the options that it makes of them, {"kind":"send","url":…} sends a request by them, and
// with "fail" the whole call fails afterwards. An answer is the custom meta of its frame.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/grafana/grafana-plugin-sdk-go/backend/httpclient"
	"github.com/grafana/grafana-plugin-sdk-go/data"
)

func main() {
	if err := backend.Manage("gpp-httpclient-datasource", backend.ServeOpts{QueryDataHandler: handler{}}); err != nil {
		fmt.Fprintln(os.Stderr, "httpclient:", err)
		os.Exit(1)
	}
}

type handler struct{}

type query struct {
	Kind    string            `json:"kind"`
	Method  string            `json:"method"`
	URL     string            `json:"url"`
	Headers map[string]string `json:"headers"`
	Body    string            `json:"body"`
	Forward bool              `json:"forward"`
	Fail    string            `json:"fail"`
}

func (handler) QueryData(ctx context.Context, request *backend.QueryDataRequest) (*backend.QueryDataResponse, error) {
	response := backend.NewQueryDataResponse()
	for _, each := range request.Queries {
		var query query
		if err := json.Unmarshal(each.JSON, &query); err != nil {
			return nil, err
		}
		custom, err := answer(ctx, request.PluginContext.DataSourceInstanceSettings, query)
		if err != nil {
			custom = map[string]any{"error": err.Error()}
		}
		if query.Fail != "" {
			return nil, errors.New(query.Fail)
		}
		frame := data.NewFrame("")
		frame.Meta = &data.FrameMeta{Custom: custom}
		response.Responses[each.RefID] = backend.DataResponse{Frames: data.Frames{frame}}
	}
	return response, nil
}

func answer(ctx context.Context, settings *backend.DataSourceInstanceSettings, query query) (custom any, err error) {
	defer func() {
		if reason := recover(); reason != nil {
			err = fmt.Errorf("panic: %v", reason)
		}
	}()
	options, err := settings.HTTPClientOptions(ctx)
	if err != nil {
		return nil, err
	}
	if query.Kind == "options" {
		return map[string]any{
			"timeouts":  options.Timeouts,
			"basicAuth": options.BasicAuth,
			"headers":   options.Header,
			"tls":       options.TLS,
		}, nil
	}
	options.ForwardHTTPHeaders = query.Forward
	client, err := httpclient.New(options)
	if err != nil {
		return nil, err
	}
	return send(ctx, client, query)
}

func send(ctx context.Context, client *http.Client, query query) (any, error) {
	request, err := http.NewRequestWithContext(ctx, query.Method, query.URL, strings.NewReader(query.Body))
	if err != nil {
		return nil, err
	}
	for name, value := range query.Headers {
		request.Header.Set(name, value)
	}
	response, err := client.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		return nil, err
	}
	return map[string]any{"status": response.StatusCode, "body": string(body)}, nil
}
