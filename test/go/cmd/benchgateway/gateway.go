package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"

	"grafana-plugin-protocol.test/peers/internal/usage"
)

// A gateway is a program that prints its URL, and ends when stdin does.
type gateway struct {
	address string
	process *exec.Cmd
	stdin   io.Closer
}

func startGateway(command []string) (*gateway, error) {
	if len(command) == 0 {
		return nil, errors.New("expected the command of a gateway, got none")
	}
	process := exec.Command(command[0], command[1:]...)
	process.Stderr = os.Stderr
	stdin, err := process.StdinPipe()
	if err != nil {
		return nil, err
	}
	stdout, err := process.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := process.Start(); err != nil {
		return nil, err
	}
	g := &gateway{process: process, stdin: stdin}
	url, err := bufio.NewReader(stdout).ReadString('\n')
	if err != nil {
		g.close()
		return nil, fmt.Errorf("%q: expected a line with its URL: %w", command, err)
	}
	g.address = strings.TrimPrefix(strings.TrimSpace(url), "http://")
	return g, nil
}

func (g *gateway) close() {
	_ = g.stdin.Close()
	_ = g.process.Wait()
}

func (g *gateway) cpuMicros() (float64, error) { return usage.CPUMicrosOf(g.process.Process.Pid) }

func (g *gateway) bytes() (float64, error) { return usage.BytesOf(g.process.Process.Pid) }
