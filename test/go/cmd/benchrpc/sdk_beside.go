package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"
)

// Turns of each plugin where several are measured in turn, and how many of them fit into the duration of a load.
const (
	layerTurns   = 12
	layerDivisor = 4
)

// sdkLayerLoad is the calls of two plugins in turn: what a call costs the second beside the first. In turn, because the
// difference is smaller than what a busy machine changes from second to second.
func sdkLayerLoad(o options) (figures, error) {
	commands, err := o.commands(2)
	if err != nil {
		return nil, err
	}
	var hosts []*host
	defer func() { closeAll(hosts) }()
	for _, command := range commands {
		h, err := startHost(command)
		if err != nil {
			return nil, err
		}
		hosts = append(hosts, h)
	}
	found := figures{}
	for _, count := range batches {
		err := inTurn(found, fmt.Sprintf("b%d", count), hosts, o, func(h *host) (call, error) { return h.batch(o, count) })
		if err != nil {
			return nil, err
		}
	}
	err = inTurn(found, "small", hosts, o, func(h *host) (call, error) { return h.getResource(o, "small", smallBodyBytes) })
	return found, err
}

// inTurn adds the medians `cpu 1 NAME`, `cpu 2 NAME` and so on, in µs a call.
func inTurn(found figures, name string, hosts []*host, o options, make func(*host) (call, error)) error {
	var calls []call
	for _, h := range hosts {
		call, err := make(h)
		if err != nil {
			return err
		}
		if err := h.measure(figures{}, name, call, 16, o); err != nil {
			return err
		}
		calls = append(calls, call)
	}
	o.duration /= layerDivisor
	costs := map[int][]float64{}
	for turn := range layerTurns {
		for i := range hosts {
			// The first one changes.
			at := (i + turn) % len(hosts)
			_, cpu, err := hosts[at].watch(calls[at], 16, o)
			if err != nil {
				return err
			}
			costs[at] = append(costs[at], cpu)
		}
	}
	for at, each := range costs {
		found[fmt.Sprintf("cpu %d %s", at+1, name)] = medianOf(each)
	}
	return nil
}

// sdkStartsLoad starts several plugins in turn: `first 1` is the median time from the start of the process to its first
// answer, `cpu 1` its CPU time until then, and `later 2` the median of what the second took longer than the first, in ms.
func sdkStartsLoad(o options) (figures, error) {
	commands, err := o.commands(2)
	if err != nil {
		return nil, err
	}
	count := max(1, o.starts)
	times, cpus := make([][]float64, len(commands)), make([][]float64, len(commands))
	for range count {
		for i, command := range commands {
			o.command = command
			took, cpu, err := timeStart(o)
			if err != nil {
				return nil, err
			}
			times[i] = append(times[i], took)
			cpus[i] = append(cpus[i], cpu)
		}
	}
	found := figures{}
	for i := range commands {
		found[fmt.Sprintf("first %d", i+1)] = medianOf(times[i])
		found[fmt.Sprintf("cpu %d", i+1)] = medianOf(cpus[i])
		later := make([]float64, count)
		for turn := range count {
			later[turn] = times[i][turn] - times[0][turn]
		}
		found[fmt.Sprintf("later %d", i+1)] = medianOf(later)
	}
	return found, nil
}

func timeStart(o options) (took, cpu float64, err error) {
	req, err := o.query("batch-1")
	if err != nil {
		return 0, 0, err
	}
	began := time.Now()
	h, err := startHost(o.command)
	if err != nil {
		return 0, 0, err
	}
	defer h.close()
	answer, err := h.data.QueryData(context.Background(), req)
	if err != nil {
		return 0, 0, err
	}
	took = time.Since(began).Seconds() * 1e3
	if err := checkBatch(req, answer); err != nil {
		return 0, 0, err
	}
	h.context = req.PluginContext
	_, used, err := h.used(context.Background())
	return took, used.CPUMicros / 1e3, err
}

// commands are those behind one another, with `--` between them.
func (o options) commands(atLeast int) ([][]string, error) {
	commands := [][]string{nil}
	for _, each := range o.command {
		if each == "--" {
			commands = append(commands, nil)
			continue
		}
		last := len(commands) - 1
		commands[last] = append(commands[last], each)
	}
	if len(commands) < atLeast || slices.ContainsFunc(commands, func(each []string) bool { return len(each) == 0 }) {
		return nil, errors.New("expected several commands with -- between them")
	}
	return commands, nil
}

func closeAll(hosts []*host) {
	for _, h := range hosts {
		h.close()
	}
}
