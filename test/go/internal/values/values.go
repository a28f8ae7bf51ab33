// Package values holds the request values that all interop cases share.
package values

import (
	"github.com/grafana/grafana-plugin-model/go/datasource"
	"github.com/grafana/grafana-plugin-sdk-go/genproto/pluginv2"
)

// The time range of every query, and how it is divided.
const (
	FromMs        = 1700000000000
	ToMs          = 1700003600000
	IntervalMs    = 60000
	MaxDataPoints = 500
)

// PluginContext is sent in every request of major 2.
func PluginContext() *pluginv2.PluginContext {
	return &pluginv2.PluginContext{
		OrgId:    7,
		PluginId: "fixture",
		User:     &pluginv2.User{Login: "ada"},
		DataSourceInstanceSettings: &pluginv2.DataSourceInstanceSettings{
			Id:                      42,
			Uid:                     "ds-1",
			Name:                    "Fixture",
			JsonData:                []byte(`{"a":1}`),
			DecryptedSecureJsonData: map[string]string{"token": "s3cret"},
			LastUpdatedMS:           1700000000000,
		},
	}
}

// Headers is the `headers` map of a QueryDataRequest.
func Headers() map[string]string {
	return map[string]string{"http_X-Fixture": "yes", "FromAlert": "true"}
}

// Query is one query of major 2; json says what the fixture is to do.
func Query(refID, json string) *pluginv2.DataQuery {
	return &pluginv2.DataQuery{
		RefId:         refID,
		MaxDataPoints: MaxDataPoints,
		IntervalMS:    IntervalMs,
		TimeRange:     &pluginv2.TimeRange{FromEpochMS: FromMs, ToEpochMS: ToMs},
		Json:          []byte(json),
		QueryType:     "interop",
	}
}

// DatasourceRequest is the request of major 1.
func DatasourceRequest(queries ...*datasource.Query) *datasource.DatasourceRequest {
	return &datasource.DatasourceRequest{
		TimeRange: &datasource.TimeRange{FromRaw: "now-1h", ToRaw: "now", FromEpochMs: FromMs, ToEpochMs: ToMs},
		Datasource: &datasource.DatasourceInfo{
			Id:                      42,
			OrgId:                   7,
			Name:                    "Fixture",
			Type:                    "fixture",
			Url:                     "http://example.invalid",
			JsonData:                `{"a":1}`,
			DecryptedSecureJsonData: map[string]string{"token": "s3cret"},
		},
		Queries: queries,
	}
}

// V1Query is one query of major 1.
func V1Query(refID, json string) *datasource.Query {
	return &datasource.Query{RefId: refID, MaxDataPoints: MaxDataPoints, IntervalMs: IntervalMs, ModelJson: json}
}
