package gpp

import (
	"bufio"
	"fmt"
	"os"
	"strings"
)

// forwardHandshake puts a pipe in the place of os.Stdout, until go-plugin has printed its line. The line goes to the real
// stdout; a host that is no longer there to read it ends the program, which go-plugin would not notice. served is called
// with the fields of the line when the host has it.
func forwardHandshake(served func(fields []string)) error {
	stdout, stderr := os.Stdout, os.Stderr
	reader, writer, err := os.Pipe()
	if err != nil {
		return fmt.Errorf("cannot make a pipe for the handshake line: %w", err)
	}
	os.Stdout = writer
	go func() {
		defer reader.Close()
		line, err := bufio.NewReader(reader).ReadString('\n')
		if err != nil {
			return // go-plugin has ended without a line.
		}
		fields := strings.Split(strings.TrimSpace(line), "|")
		if _, err := stdout.WriteString(line); err != nil {
			if fields[2] == "unix" {
				_ = os.Remove(fields[3])
			}
			fmt.Fprintf(stderr, "cannot tell the host where to connect: %v: the host has gone while the plugin started\n", err)
			os.Exit(1)
		}
		served(fields)
	}()
	return nil
}
