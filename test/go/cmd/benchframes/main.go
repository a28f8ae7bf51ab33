// Command benchframes measures the SDK's Arrow and frame JSON: one JSON line a case, medians.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"

	"github.com/grafana/grafana-plugin-sdk-go/data"
)

// A result is one line. The line of the peak memory has its bytes and nothing else.
type result struct {
	Case       string `json:"case"`
	Ns         int64  `json:"ns,omitempty"`
	AllocBytes uint64 `json:"allocBytes,omitempty"`
	Bytes      uint64 `json:"bytes,omitempty"`
}

func main() {
	only := flag.String("only", "", "measure only the cases whose names match this `REGEXP`")
	runs := flag.Int("runs", 9, "measured runs of each case, of which the median is printed")
	write := flag.String("write", "", "write the encoded frames to this `DIR` and measure nothing")
	fields := flag.Int("fields", 0, "with -rows: a frame of so many fields in place of the usual ones")
	rows := flag.Int("rows", 0, "a frame of so many rows in place of the usual ones")
	flag.Parse()
	if *rows > 0 {
		sizes = []frameSize{sizeOf(*fields, *rows)}
	}
	if err := run(*only, *runs, *write); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(only string, runs int, write string) error {
	names, err := regexp.Compile(only)
	if err != nil {
		return err
	}
	if write != "" {
		return writeFrames(write)
	}
	if runs < 1 {
		return fmt.Errorf("-runs must be at least 1, got %d", runs)
	}
	out := json.NewEncoder(os.Stdout)
	for _, size := range sizes {
		for _, c := range benchCases(size.frame) {
			name := c.name + " " + size.name
			if !names.MatchString(name) {
				continue
			}
			measured, err := measure(c.prepare, runs)
			if err != nil {
				return fmt.Errorf("%s: %w", name, err)
			}
			measured.Case = name
			if err := out.Encode(measured); err != nil {
				return err
			}
		}
	}
	if len(sizes) == 1 {
		return nil
	}
	peak, err := peakRSS()
	if err != nil {
		return err
	}
	return out.Encode(result{Case: "peak RSS", Bytes: peak})
}

func writeFrames(dir string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	for _, size := range sizes {
		frame := size.frame()
		arrow, err := frame.MarshalArrow()
		if err != nil {
			return err
		}
		json, err := data.FrameToJSON(frame, data.IncludeAll)
		if err != nil {
			return err
		}
		base := filepath.Join(dir, "frame-"+size.name)
		if err := os.WriteFile(base+".arrow", arrow, 0o644); err != nil {
			return err
		}
		if err := os.WriteFile(base+".json", json, 0o644); err != nil {
			return err
		}
	}
	return nil
}
