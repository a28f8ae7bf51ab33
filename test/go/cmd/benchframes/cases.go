package main

import (
	"fmt"

	"github.com/grafana/grafana-plugin-sdk-go/data"

	"grafana-plugin-protocol.test/peers/internal/sensors"
)

// A frameSize is a frame to measure, and the name of it in cases and files.
type frameSize struct {
	name  string
	frame func() *data.Frame
}

var sizes = []frameSize{
	{"1M", func() *data.Frame { return sensors.Frame(1_000_000) }},
	{"100", func() *data.Frame { return sensors.Frame(100) }},
}

// sizeOf is the frame that the flags ask for: of so many fields, or without -fields the table of sensors.
func sizeOf(fields, rows int) frameSize {
	if fields == 0 {
		return frameSize{fmt.Sprintf("%d rows", rows), func() *data.Frame { return sensors.Frame(rows) }}
	}
	return frameSize{fmt.Sprintf("%d fields", fields), func() *data.Frame { return sensors.Wide(fields, rows) }}
}

// A benchCase gives the operation to measure. What it needs is made in prepare and lives as long as the operation.
type benchCase struct {
	name    string
	prepare func() (operation func() error, err error)
}

func benchCases(frame func() *data.Frame) []benchCase {
	return []benchCase{
		{"encode", func() (func() error, error) {
			f := frame()
			return func() error { _, err := f.MarshalArrow(); return err }, nil
		}},
		{"decode", func() (func() error, error) {
			encoded, err := frame().MarshalArrow()
			return func() error { _, err := data.UnmarshalArrowFrame(encoded); return err }, err
		}},
		{"write JSON", func() (func() error, error) {
			f := frame()
			return func() error { _, err := data.FrameToJSON(f, data.IncludeAll); return err }, nil
		}},
		// Without encoding/json in front, which a host has and which reads the text once more.
		{"read JSON", func() (func() error, error) {
			encoded, err := data.FrameToJSON(frame(), data.IncludeAll)
			return func() error { return new(data.Frame).UnmarshalJSON(encoded) }, err
		}},
	}
}
