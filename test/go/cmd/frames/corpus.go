package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"github.com/grafana/grafana-plugin-sdk-go/data"

	"grafana-plugin-protocol.test/peers/internal/frames"
)

// A frameCase is one frame of the corpus. Its name is the name of its files.
type frameCase struct {
	name  string
	frame *data.Frame
}

func corpus() []frameCase {
	return slices.Concat(
		gridCases(),
		edgeCases(),
		floatCases(),
		stringCases(),
		timeCases(),
		jsonCases(),
		enumCases(),
		nameCases(),
		labelCases(),
		configCases(),
		metaCases(),
		shapeCases(),
	)
}

func writeCorpus(dir string) error {
	seen := map[string]bool{}
	for _, c := range corpus() {
		if seen[c.name] {
			return fmt.Errorf("there are two cases %q", c.name)
		}
		seen[c.name] = true
		if err := writeCase(dir, c); err != nil {
			return fmt.Errorf("%s: %w", c.name, err)
		}
	}
	return nil
}

func writeCase(dir string, c frameCase) error {
	description, err := frames.Describe(c.frame)
	if err != nil {
		return err
	}
	if err := writeJSON(dir, c.name+".description.json", description); err != nil {
		return err
	}
	arrow, err := c.frame.MarshalArrow()
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(dir, c.name+".arrow"), arrow, 0o644); err != nil {
		return err
	}
	json, err := frameJSON(c.frame)
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, c.name+".frame.json"), json, 0o644)
}

// frameJSON checks that streams (FrameToJSON) and query responses (MarshalJSON) get the same text.
func frameJSON(frame *data.Frame) ([]byte, error) {
	inResponse, err := frame.MarshalJSON()
	if err != nil {
		return nil, err
	}
	inStream, err := data.FrameToJSON(frame, data.IncludeAll)
	if err != nil {
		return nil, err
	}
	if !bytes.Equal(inResponse, inStream) {
		return nil, fmt.Errorf("FrameToJSON gives %s, MarshalJSON gives %s", inStream, inResponse)
	}
	return inResponse, nil
}
