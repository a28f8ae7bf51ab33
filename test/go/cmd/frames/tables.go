package main

import (
	"fmt"
	"io"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/data"

	"grafana-plugin-protocol.test/peers/internal/frames"
)

// A tableFile is what StringTable makes of a frame.
type tableFile struct {
	Name      string              `json:"name"`
	MaxFields int                 `json:"maxFields"`
	MaxRows   int                 `json:"maxRows"`
	Input     *frames.Description `json:"input,omitempty"` // default: the frame of the corpus of that name
	Text      string              `json:"text"`
}

func tableFrame(fields, rows int) *data.Frame {
	frame := data.NewFrame("limits")
	for i := range fields {
		values := make([]int64, rows)
		for row := range values {
			values[row] = int64(row * 1000)
		}
		frame.Fields = append(frame.Fields, data.NewField(fmt.Sprintf("field %d", i), data.Labels{"i": fmt.Sprint(i)}, values))
	}
	return frame
}

func printTables(out io.Writer) error {
	// One zone in all frames: the SDK prints each time in its own.
	time.Local = time.UTC
	var files []tableFile
	add := func(file tableFile, frame *data.Frame) error {
		text, err := frame.StringTable(file.MaxFields, file.MaxRows)
		if err != nil {
			return fmt.Errorf("%s: %w", file.Name, err)
		}
		// Texts of thousands of characters in each line tell nothing more.
		if len(text) > 20_000 {
			return nil
		}
		file.Text = text
		files = append(files, file)
		return nil
	}
	for _, c := range corpus() {
		if len(c.frame.Fields) == 0 {
			continue
		}
		// What Arrow holds is what the other side reads.
		arrow, err := c.frame.MarshalArrow()
		if err != nil {
			return err
		}
		frame, err := data.UnmarshalArrowFrame(arrow)
		if err != nil {
			return err
		}
		if err := add(tableFile{Name: c.name, MaxFields: 100, MaxRows: 10}, frame); err != nil {
			return err
		}
	}
	for _, limits := range [][2]int{{2, 1}, {3, 3}, {4, 4}, {5, 5}, {3, 0}, {-1, -1}} {
		frame := tableFrame(4, 4)
		input, err := frames.Describe(frame)
		if err != nil {
			return err
		}
		name := fmt.Sprintf("limits-%d-%d", limits[0], limits[1])
		if err := add(tableFile{Name: name, MaxFields: limits[0], MaxRows: limits[1], Input: input}, frame); err != nil {
			return err
		}
	}
	return frames.NewEncoder(out).Encode(files)
}
