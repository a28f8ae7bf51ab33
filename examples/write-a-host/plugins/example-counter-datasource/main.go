// A data source on Grafana's Go SDK: it counts in the steps that its settings say.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/grafana/grafana-plugin-sdk-go/backend/datasource"
	"github.com/grafana/grafana-plugin-sdk-go/backend/instancemgmt"
	"github.com/grafana/grafana-plugin-sdk-go/data"
)

type counter struct {
	step     float64
	hasToken bool
}

// The SDK calls this again when the settings have changed.
func newCounter(_ context.Context, settings backend.DataSourceInstanceSettings) (instancemgmt.Instance, error) {
	options := struct{ Step float64 }{Step: 1}
	if err := json.Unmarshal(settings.JSONData, &options); err != nil {
		return nil, err
	}
	return &counter{options.Step, settings.DecryptedSecureJSONData["token"] != ""}, nil
}

func (c *counter) QueryData(_ context.Context, request *backend.QueryDataRequest) (*backend.QueryDataResponse, error) {
	response := backend.NewQueryDataResponse()
	for _, query := range request.Queries {
		model := struct{ Count int }{Count: 3}
		if err := json.Unmarshal(query.JSON, &model); err != nil || model.Count > 1000 {
			response.Responses[query.RefID] = backend.ErrDataResponse(backend.StatusBadRequest, "expected a count up to 1000")
			continue
		}
		numbers := []float64{}
		for len(numbers) < model.Count {
			numbers = append(numbers, c.step*float64(len(numbers)+1))
		}
		frame := data.NewFrame("numbers", data.NewField("number", nil, numbers))
		response.Responses[query.RefID] = backend.DataResponse{Frames: data.Frames{frame}}
	}
	return response, nil
}

func (c *counter) CheckHealth(context.Context, *backend.CheckHealthRequest) (*backend.CheckHealthResult, error) {
	if !c.hasToken {
		return &backend.CheckHealthResult{Status: backend.HealthStatusError, Message: "there is no token"}, nil
	}
	return &backend.CheckHealthResult{Status: backend.HealthStatusOk, Message: fmt.Sprintf("counts in steps of %g", c.step)}, nil
}

func main() {
	if err := datasource.Manage("example-counter-datasource", newCounter, datasource.ManageOpts{}); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
