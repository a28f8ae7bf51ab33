package main

import (
	"math"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/data"
)

func configCases() []frameCase {
	configs := []struct {
		name   string
		config *data.FieldConfig
	}{
		{"empty", &data.FieldConfig{}},
		{"texts", &data.FieldConfig{
			DisplayName: "Größe <b>", DisplayNameFromDS: "from \"DS\"", Path: "a/b", Description: "what it is\nin lines 🙂",
			Unit: "m³/s", NoValue: "–",
		}},
		{"flags-true", (&data.FieldConfig{Writeable: pointer(true)}).SetFilterable(true)},
		{"flags-false", (&data.FieldConfig{Writeable: pointer(false)}).SetFilterable(false)},
		{"numbers", (&data.FieldConfig{Interval: 60000.5}).SetDecimals(2).SetMin(-1.5).SetMax(1e21)},
		{"numbers-zero", (&data.FieldConfig{}).SetDecimals(0).SetMin(0).SetMax(0)},
		{"numbers-extreme", (&data.FieldConfig{Interval: 1e-9}).SetDecimals(math.MaxUint16).SetMin(-math.MaxFloat64).SetMax(5e-324)},
		{"limits-not-finite", (&data.FieldConfig{}).SetMin(math.Inf(-1)).SetMax(math.NaN())},
		{"thresholds-absolute", &data.FieldConfig{Thresholds: &data.ThresholdsConfig{Mode: data.ThresholdsModeAbsolute, Steps: []data.Threshold{
			data.NewThreshold(math.Inf(-1), "green", "ok"), data.NewThreshold(80, "#EAB839", ""), data.NewThreshold(90.5, "red", "<hot>"),
		}}}},
		{"thresholds-percentage", &data.FieldConfig{Thresholds: &data.ThresholdsConfig{Mode: data.ThresholdsModePercentage, Steps: []data.Threshold{}}}},
		{"mappings", &data.FieldConfig{Mappings: mappings()}},
		{"mappings-empty", &data.FieldConfig{Mappings: data.ValueMappings{}}},
		{"links", &data.FieldConfig{Links: links()}},
		{"color", &data.FieldConfig{Color: map[string]any{"mode": "fixed", "fixedColor": "rgba(1, 2, 3, 0.5)", "seriesBy": "last"}}},
		{"custom", &data.FieldConfig{Custom: map[string]any{
			"lineWidth": 2.0, "fill": 0.25, "nested": map[string]any{"list": []any{1.0, "two", nil, true, map[string]any{}}},
			"html": "<i>&</i>", "ключ": "значение", "__proto__": map[string]any{"x": 1.0},
		}}},
		{"full", fullConfig()},
	}
	var cases []frameCase
	for _, c := range configs {
		cases = append(cases, frameCase{"config-" + c.name, data.NewFrame("", labelled("value", nil, 1).SetConfig(c.config))})
	}
	return append(cases, frameCase{"config-nil-beside-empty", data.NewFrame("",
		labelled("a", nil, 1), labelled("b", nil, 2).SetConfig(&data.FieldConfig{}), labelled("c", nil, 3).SetConfig(fullConfig()))})
}

// mappings has each kind and each special match.
func mappings() data.ValueMappings {
	out := data.ValueMappings{
		data.ValueMapper{
			"1": {Text: "one", Color: "green", Index: 1}, "<2>": {Text: "zwei & drei"}, "": {Color: "red"}, "none": {},
		},
		data.RangeValueMapper{From: float(0), To: float(10.5), Result: data.ValueMappingResult{Text: "low", Index: 2}},
		data.RangeValueMapper{From: float(10.5), Result: data.ValueMappingResult{Text: "high"}},
		data.RangeValueMapper{To: float(-1), Result: data.ValueMappingResult{Color: "blue"}},
	}
	for i, match := range []data.SpecialValueMatch{
		data.SpecialValueTrue, data.SpecialValueFalse, data.SpecialValueNull, data.SpecialValueNaN, data.SpecialValueNullAndNaN,
		data.SpecialValueEmpty,
	} {
		out = append(out, data.SpecialValueMapper{Match: match, Result: data.ValueMappingResult{Text: string(match), Index: 10 + i}})
	}
	return out
}

func links() []data.DataLink {
	at := time.Date(2024, 3, 9, 12, 34, 56, 789_000_000, time.UTC)
	return []data.DataLink{
		{},
		{Title: "outside", TargetBlank: true, URL: "https://example.invalid/?a=${__value.raw}&b=<c>"},
		{Title: "inside", Internal: &data.InternalDataLink{
			Query:              map[string]any{"query": "{app=\"x\"} |= `<y>`", "refId": "A"},
			DatasourceUID:      "uid-1",
			DatasourceName:     "Logs",
			ExplorePanelsState: pointer[data.ExplorePanelsState](map[string]any{"logs": map[string]any{"columns": []any{"a", "b"}}}),
			Transformations: &[]data.LinkTransformationConfig{
				{Type: data.Regex, Field: "msg", Expression: "id=(\\d+)", MapValue: "id"},
				{Type: data.Logfmt, Field: "msg"},
			},
			Range: &data.TimeRange{From: at, To: at.Add(time.Hour)},
		}},
	}
}

func fullConfig() *data.FieldConfig {
	config := &data.FieldConfig{
		DisplayName: "CPU", DisplayNameFromDS: "cpu usage", Path: "host/cpu", Description: "share of time",
		Unit: "percentunit", Interval: 15000, NoValue: "none", Writeable: pointer(true),
		Mappings: mappings(), Links: links(),
		Thresholds: &data.ThresholdsConfig{Mode: data.ThresholdsModeAbsolute, Steps: []data.Threshold{
			data.NewThreshold(math.Inf(-1), "green", ""), data.NewThreshold(0.8, "red", "hot"),
		}},
		Color:      map[string]any{"mode": "palette-classic"},
		TypeConfig: &data.FieldTypeConfig{Enum: &data.EnumFieldConfig{Text: []string{"a", "b"}, Color: []string{"red"}}},
		Custom:     map[string]any{"displayMode": "gauge"},
	}
	return config.SetDecimals(3).SetMin(0).SetMax(1).SetFilterable(true)
}

func pointer[T any](v T) *T { return &v }

func float(v float64) *data.ConfFloat64 { return pointer(data.ConfFloat64(v)) }
