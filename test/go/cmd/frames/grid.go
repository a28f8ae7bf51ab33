package main

import (
	"fmt"
	"slices"

	"github.com/grafana/grafana-plugin-sdk-go/data"
)

type nullPattern struct {
	name string
	null func(row, rows int) bool
}

var nullPatterns = []nullPattern{
	{"none", func(int, int) bool { return false }},
	{"all", func(int, int) bool { return true }},
	{"alternate", func(row, _ int) bool { return row%2 == 0 }},
	{"first", func(row, _ int) bool { return row == 0 }},
	{"last", func(row, rows int) bool { return row == rows-1 }},
}

// Frames of many rows hold only one kind of each width, to keep the files small; one holds all of them.
const manyRows = 512

var kindsInManyRows = []string{"int8", "float64", "string", "bool"}

// Old versions of the SDK refuse a frame with these, so they have frames of their own.
var youngKinds = []string{"json", "enum"}

// gridCases has every kind × rows around the sizes of bytes, words and padding × where nil is.
func gridCases() []frameCase {
	var cases []frameCase
	for _, rows := range []int{0, 1, 7, 8, 9, 63, 64, 65, 512, 513} {
		cases = append(cases,
			frameCase{fmt.Sprintf("grid-%03d-plain", rows), gridFrame(rows, rows < manyRows, nil)},
			frameCase{fmt.Sprintf("grid-%03d-json-enum", rows), youngGridFrame(rows)})
		for _, pattern := range patternsFor(rows) {
			null := func(row int) bool { return pattern.null(row, rows) }
			name := fmt.Sprintf("grid-%03d-%s", rows, pattern.name)
			cases = append(cases, frameCase{name, gridFrame(rows, rows < manyRows || name == "grid-513-alternate", null)})
		}
	}
	return cases
}

// patternsFor leaves out patterns that are another one in so few rows.
func patternsFor(rows int) []nullPattern {
	switch rows {
	case 0:
		return nullPatterns[:1]
	case 1:
		return nullPatterns[:2]
	}
	return nullPatterns
}

func gridFrame(rows int, allKinds bool, null func(row int) bool) *data.Frame {
	frame := data.NewFrame("grid")
	for _, k := range kinds {
		if !slices.Contains(youngKinds, k.name) && (allKinds || slices.Contains(kindsInManyRows, k.name)) {
			frame.Fields = append(frame.Fields, k.rows(k.name, rows, null))
		}
	}
	return frame
}

// youngGridFrame has a field for each place where nil is.
func youngGridFrame(rows int) *data.Frame {
	frame := data.NewFrame("grid")
	for _, k := range kinds {
		if !slices.Contains(youngKinds, k.name) {
			continue
		}
		frame.Fields = append(frame.Fields, k.rows(k.name+" plain", rows, nil))
		for _, pattern := range nullPatterns {
			null := func(row int) bool { return pattern.null(row, rows) }
			frame.Fields = append(frame.Fields, k.rows(k.name+" "+pattern.name, rows, null))
		}
	}
	return frame
}

// edgeCases has the edge values of each kind. The SDK reads the first column of frame JSON by other code than later ones,
// so both orders are here.
func edgeCases() []frameCase {
	var cases []frameCase
	for _, k := range kinds {
		plain, nullable := k.edges("plain", false), k.edges("nullable", true)
		cases = append(cases,
			frameCase{"edge-" + k.name, data.NewFrame("edge", plain, nullable)},
			frameCase{"edge-" + k.name + "-nullable-first", data.NewFrame("edge", nullable, plain)})
	}
	return cases
}
