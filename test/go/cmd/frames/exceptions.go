package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"grafana-plugin-protocol.test/peers/internal/frames"
)

// An exception is a case that the SDK does not read back as it was written.
type exception struct {
	Reasons     []string            `json:"reasons"`
	Description *frames.Description `json:"description,omitempty"`
	Error       string              `json:"error,omitempty"`
}

var encodedSuffix = map[string]string{"arrow": ".arrow", "json": ".frame.json"}

// printExceptions reads the files of a corpus again, all of one format.
func printExceptions(format, dir string) error {
	suffix, ok := encodedSuffix[format]
	if !ok {
		return fmt.Errorf("format must be arrow or json, got %q", format)
	}
	files, err := filepath.Glob(filepath.Join(dir, "*"+suffix))
	if err != nil {
		return err
	}
	if len(files) == 0 {
		return fmt.Errorf("no file in %q ends in %s", dir, suffix)
	}
	found := map[string]exception{}
	for _, file := range files {
		e, err := exceptionOf(format, file, strings.TrimSuffix(file, suffix)+".description.json")
		if err != nil {
			return err
		}
		if e != nil {
			found[strings.TrimSuffix(filepath.Base(file), suffix)] = *e
		}
	}
	encoder := frames.NewEncoder(os.Stdout)
	encoder.SetIndent("", " ")
	return encoder.Encode(found)
}

func exceptionOf(format, encodedFile, descriptionFile string) (*exception, error) {
	encoded, err := os.ReadFile(encodedFile)
	if err != nil {
		return nil, err
	}
	text, err := os.ReadFile(descriptionFile)
	if err != nil {
		return nil, err
	}
	var written frames.Description
	if err := json.Unmarshal(text, &written); err != nil {
		return nil, fmt.Errorf("%s: %w", descriptionFile, err)
	}
	read, err := frames.Read(format, encoded)
	if err != nil {
		return &exception{Reasons: []string{"the SDK does not read what it wrote"}, Error: err.Error()}, nil
	}
	// Through JSON, as the written one went: bytes that are no UTF-8 become U+FFFD.
	var out bytes.Buffer
	if err := frames.NewEncoder(&out).Encode(read); err != nil {
		return nil, err
	}
	var again frames.Description
	if err := json.Unmarshal(out.Bytes(), &again); err != nil {
		return nil, err
	}
	if reasons := differences(&written, &again); len(reasons) > 0 {
		return &exception{Reasons: reasons, Description: read}, nil
	}
	return nil, nil
}
