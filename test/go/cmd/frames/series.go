package main

import (
	"fmt"
	"math"

	"github.com/grafana/grafana-plugin-sdk-go/data"

	"grafana-plugin-protocol.test/peers/internal/frames"
)

// A seriesCase is one conversion. The operations are longToWide, wideToLong, sortWideFields,
// resample and schema, which converts nothing.
type seriesCase struct {
	name      string
	operation string
	options   seriesOptions
	input     *data.Frame
}

// seriesOptions has what the operation takes and nothing else.
type seriesOptions struct {
	Fill *fill    `json:"fill,omitempty"` // of longToWide and resample
	Keys []string `json:"keys,omitempty"` // of sortWideFields
	Span *span    `json:"span,omitempty"` // of resample
}

// A fill is the SDK's FillMissing; Value is the IEEE bits in hexadecimal, and only of the mode value.
type fill struct {
	Mode  string `json:"mode"`
	Value string `json:"value,omitempty"`
	sdk   data.FillMissing
}

var (
	fillNull     = &fill{Mode: "null", sdk: data.FillMissing{Mode: data.FillModeNull}}
	fillPrevious = &fill{Mode: "previous", sdk: data.FillMissing{Mode: data.FillModePrevious}}
)

func fillValue(v float64) *fill {
	return &fill{
		Mode:  "value",
		Value: fmt.Sprintf("%016x", math.Float64bits(v)),
		sdk:   data.FillMissing{Mode: data.FillModeValue, Value: v},
	}
}

type seriesFile struct {
	Operation string              `json:"operation"`
	Options   seriesOptions       `json:"options"`
	Input     *frames.Description `json:"input"`
	Schema    string              `json:"schema"`
	Output    *frames.Description `json:"output"`
	Error     *string             `json:"error"`
}

func writeSeries(dir string) error {
	seen := map[string]bool{}
	for _, c := range seriesCases() {
		if seen[c.name] {
			return fmt.Errorf("there are two cases %q", c.name)
		}
		seen[c.name] = true
		file, err := c.file()
		if err != nil {
			return fmt.Errorf("%s: %w", c.name, err)
		}
		if err := writeJSON(dir, c.name+".case.json", file); err != nil {
			return err
		}
	}
	return nil
}

func (c *seriesCase) file() (*seriesFile, error) {
	input, err := frames.Describe(c.input)
	if err != nil {
		return nil, err
	}
	out := &seriesFile{Operation: c.operation, Options: c.options, Input: input, Schema: c.input.TimeSeriesSchema().Type.String()}
	converted, err := c.convert()
	if err != nil {
		message := err.Error()
		out.Error = &message
		return out, nil
	}
	if converted != nil {
		out.Output, err = frames.Describe(converted)
	}
	return out, err
}

func (c *seriesCase) convert() (*data.Frame, error) {
	switch c.operation {
	case "longToWide":
		if c.options.Fill == nil {
			return data.LongToWide(c.input, nil)
		}
		return data.LongToWide(c.input, &c.options.Fill.sdk)
	case "wideToLong":
		return data.WideToLong(c.input)
	case "resample":
		return resampled(c.input, c.options)
	case "sortWideFields":
		// Sorts in place.
		return c.input, data.SortWideFrameFields(c.input, c.options.Keys...)
	case "schema":
		return nil, nil
	}
	return nil, fmt.Errorf("unknown operation %q", c.operation)
}
