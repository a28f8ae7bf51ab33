package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync/atomic"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/grafana/grafana-plugin-sdk-go/backend/datasource"
	"github.com/grafana/grafana-plugin-sdk-go/backend/instancemgmt"
	"github.com/grafana/grafana-plugin-sdk-go/backend/resource/httpadapter"

	"grafana-plugin-protocol.test/peers/internal/usage"
)

// settings is the jsonData of the data source.
type settings struct {
	Timeout    int    `json:"timeout"`
	HTTPMethod string `json:"httpMethod"`
	TLSAuth    bool   `json:"tlsAuth"`
}

// A dataSource is one instance.
type dataSource struct {
	*datasource.QueryTypeMux
	backend.CallResourceHandler
	settings settings
	apiKey   string
}

// created counts instances, for the host.
var created atomic.Int64

func newDatasource(_ context.Context, stored backend.DataSourceInstanceSettings) (instancemgmt.Instance, error) {
	created.Add(1)
	d := &dataSource{apiKey: stored.DecryptedSecureJSONData["apiKey"]}
	if err := json.Unmarshal(stored.JSONData, &d.settings); err != nil {
		return nil, fmt.Errorf("settings: %w", err)
	}
	if d.apiKey == "" {
		return nil, errors.New("expected the secret apiKey, got none")
	}
	d.QueryTypeMux = datasource.NewQueryTypeMux()
	d.HandleFunc("range", d.each(d.queryRange))
	d.HandleFunc("table", d.each(d.queryTable))
	d.HandleChunkedQueryType("rows", d.queryRows)
	d.CallResourceHandler = httpadapter.New(newResources())
	return d, nil
}

// CheckHealth tells the host what this process has used so far.
func (d *dataSource) CheckHealth(context.Context, *backend.CheckHealthRequest) (*backend.CheckHealthResult, error) {
	used, err := usage.Current()
	if err != nil {
		return nil, err
	}
	details, err := json.Marshal(struct {
		usage.Usage
		Created int64 `json:"created"`
	}{used, created.Load()})
	return &backend.CheckHealthResult{Status: backend.HealthStatusOk, Message: "ready", JSONDetails: details}, err
}

// each answers every query of a call by itself.
func (d *dataSource) each(answer func(backend.DataQuery) backend.DataResponse) func(context.Context, *backend.QueryDataRequest) (*backend.QueryDataResponse, error) {
	return func(_ context.Context, req *backend.QueryDataRequest) (*backend.QueryDataResponse, error) {
		response := backend.NewQueryDataResponse()
		for _, query := range req.Queries {
			response.Responses[query.RefID] = answer(query)
		}
		return response, nil
	}
}
