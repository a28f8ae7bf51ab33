// Command frames writes the golden frames and says how the SDK reads frames that others wrote.
package main

import (
	"fmt"
	"os"
	"path/filepath"

	"grafana-plugin-protocol.test/peers/internal/frames"
)

const usage = `usage:
  frames write DIR                  the corpus: Arrow, frame JSON and description of each case
  frames exceptions arrow|json DIR  the cases of a corpus that the SDK itself reads back differently
  frames compressed DIR             Arrow files with compressed buffers
  frames series DIR                 conversions of time series
  frames tables                     text tables of frames
  frames labels                     labels read from texts and printed
  frames responses DIR              responses as JSON bodies and as protobuf messages
  frames members                    frame JSON with each member missing, null or of a wrong type, and how the SDK reads it
  frames describe                   describes the frames that it reads, one request a line
`

func main() {
	run := command(os.Args[1:])
	if run == nil {
		fmt.Fprint(os.Stderr, usage)
		os.Exit(2)
	}
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func command(args []string) func() error {
	switch {
	case len(args) == 2 && args[0] == "write":
		return func() error { return writeCorpus(args[1]) }
	case len(args) == 3 && args[0] == "exceptions":
		return func() error { return printExceptions(args[1], args[2]) }
	case len(args) == 2 && args[0] == "compressed":
		return func() error { return writeCompressed(args[1]) }
	case len(args) == 2 && args[0] == "series":
		return func() error { return writeSeries(args[1]) }
	case len(args) == 2 && args[0] == "responses":
		return func() error { return writeResponses(args[1]) }
	case len(args) == 1 && args[0] == "tables":
		return func() error { return printTables(os.Stdout) }
	case len(args) == 1 && args[0] == "labels":
		return func() error { return printLabels(os.Stdout) }
	case len(args) == 1 && args[0] == "members":
		return printMembers
	case len(args) == 1 && args[0] == "describe":
		return func() error { return frames.DescribeLines(os.Stdin, os.Stdout) }
	}
	return nil
}

// writeJSON writes v to DIR/name, ended by a line break.
func writeJSON(dir, name string, v any) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	file, err := os.Create(filepath.Join(dir, name))
	if err != nil {
		return err
	}
	defer file.Close()
	if err := frames.NewEncoder(file).Encode(v); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return file.Close()
}
