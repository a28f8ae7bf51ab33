package main

import (
	"context"
	"os/exec"
	"slices"
	"time"
)

// pluginStart is the time from the start of the process to its first answer.
func pluginStart(o options) (figures, error) {
	req, err := o.query("small")
	if err != nil {
		return nil, err
	}
	return medianStart(o, func() (time.Duration, error) {
		began := time.Now()
		h, err := startHost(o.command)
		if err != nil {
			return 0, err
		}
		defer h.close()
		_, err = h.data.QueryData(context.Background(), req)
		return time.Since(began), err
	})
}

// bareStart is the time from the start of a process to its first output.
func bareStart(o options) (figures, error) {
	return medianStart(o, func() (time.Duration, error) {
		command := exec.Command(o.command[0], o.command[1:]...)
		output, err := command.StdoutPipe()
		if err != nil {
			return 0, err
		}
		began := time.Now()
		if err := command.Start(); err != nil {
			return 0, err
		}
		_, err = output.Read(make([]byte, 1))
		took := time.Since(began)
		if err != nil {
			_ = command.Process.Kill()
			_ = command.Wait()
			return took, err
		}
		return took, command.Wait()
	})
}

func medianStart(o options, start func() (time.Duration, error)) (figures, error) {
	times := make([]time.Duration, max(1, o.starts))
	for i := range times {
		var err error
		if times[i], err = start(); err != nil {
			return nil, err
		}
	}
	slices.Sort(times)
	return figures{"first": times[len(times)/2].Seconds() * 1e3}, nil
}
