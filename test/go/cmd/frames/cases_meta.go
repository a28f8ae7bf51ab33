package main

import (
	"fmt"

	"github.com/grafana/grafana-plugin-sdk-go/data"
)

func metaCases() []frameCase {
	metas := []struct {
		name string
		meta *data.FrameMeta
	}{
		{"empty", &data.FrameMeta{}},
		{"type", &data.FrameMeta{Type: data.FrameTypeNumericLong}},
		{"type-version", &data.FrameMeta{Type: data.FrameTypeTimeSeriesMulti, TypeVersion: data.FrameTypeVersion{1, 4294967295}}},
		{"type-unknown", &data.FrameMeta{Type: "of-the-future", TypeVersion: data.FrameTypeVersion{9, 0}}},
		{"notices", &data.FrameMeta{Notices: notices()}},
		{"stats", &data.FrameMeta{Stats: stats()}},
		{"custom-object", &data.FrameMeta{Custom: map[string]any{
			"a": 1.5, "b": []any{nil, true, "<x>"}, "c": map[string]any{"d": "🙂"}, "__proto__": 1.0,
		}}},
		{"custom-list", &data.FrameMeta{Custom: []any{1.0, "two", []any{}}}},
		{"custom-text", &data.FrameMeta{Custom: "text & <more>"}},
		{"custom-false", &data.FrameMeta{Custom: false}},
		{"query", &data.FrameMeta{ExecutedQueryString: "SELECT *\nFROM \"t\"\nWHERE a < 1 AND b > 'ü' -- \\ \u2028 \x00"}},
		{"visualisation-plugin", &data.FrameMeta{PreferredVisualization: "of-the-future", PreferredVisualizationPluginID: "my-panel"}},
		{"path", &data.FrameMeta{Path: "a\\b", PathSeparator: "\\", Type: data.FrameTypeDirectoryListing}},
		{"channel", &data.FrameMeta{Channel: "ds/uid-1/clock"}},
		{"topic", &data.FrameMeta{DataTopic: data.DataTopicAnnotations}},
		{"unique-rows", &data.FrameMeta{UniqueRowIDFields: []int{0, 2, -1, 2147483648}}},
		{"full", fullMeta()},
	}
	var cases []frameCase
	for _, c := range metas {
		cases = append(cases, metaCase(c.name, c.meta))
	}
	for _, vis := range []data.VisType{
		data.VisTypeGraph, data.VisTypeTable, data.VisTypeLogs, data.VisTypeTrace, data.VisTypeNodeGraph, data.VisTypeFlameGraph,
	} {
		cases = append(cases, metaCase("visualisation-"+string(vis), &data.FrameMeta{PreferredVisualization: vis}))
	}
	return cases
}

func metaCase(name string, meta *data.FrameMeta) frameCase {
	return frameCase{"meta-" + name, data.NewFrame("", labelled("value", nil, 1)).SetMeta(meta)}
}

// notices has each severity with each tab of the inspector.
func notices() []data.Notice {
	var out []data.Notice
	for _, severity := range []data.NoticeSeverity{data.NoticeSeverityInfo, data.NoticeSeverityWarning, data.NoticeSeverityError} {
		for _, inspect := range []data.InspectType{
			data.InspectTypeNone, data.InspectTypeMeta, data.InspectTypeError, data.InspectTypeData, data.InspectTypeStats,
		} {
			out = append(out, data.Notice{Severity: severity, Text: fmt.Sprintf("%v & <%v>", severity, inspect), Inspect: inspect})
		}
	}
	out[1].Link = "https://example.invalid/?a=1&b=2"
	return append(out, data.Notice{})
}

func stats() []data.QueryStat {
	return []data.QueryStat{
		{FieldConfig: *(&data.FieldConfig{DisplayName: "Bytes <read>", Unit: "bytes"}).SetDecimals(1), Value: 1.5e9},
		{FieldConfig: *fullConfig(), Value: -0.25},
		{},
	}
}

func fullMeta() *data.FrameMeta {
	return &data.FrameMeta{
		Type: data.FrameTypeTimeSeriesLong, TypeVersion: data.FrameTypeVersion{0, 1},
		Path: "root/leaf", PathSeparator: "/",
		Custom: map[string]any{"traceFormat": "otlp", "limit": 1000.0},
		Stats:  stats(), Notices: notices(),
		Channel:                "plugin/my-app/stream",
		PreferredVisualization: data.VisTypeLogs, PreferredVisualizationPluginID: "logs",
		ExecutedQueryString: "SELECT 1", DataTopic: data.DataTopicAnnotations, UniqueRowIDFields: []int{0, 1},
	}
}
