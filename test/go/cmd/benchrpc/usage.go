package main

import (
	"fmt"
	"os"
	"strings"
	"syscall"
)

// usage is what a process has used: CPU time of all its threads, and the memory that it has now.
type usage struct {
	CPUMicros float64 `json:"cpuMicros"`
	Bytes     float64 `json:"bytes"`
}

func currentUsage() (usage, error) {
	var spent syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &spent); err != nil {
		return usage{}, err
	}
	// The second number is the resident set in pages.
	text, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		return usage{}, err
	}
	var size, resident int
	if _, err := fmt.Fscan(strings.NewReader(string(text)), &size, &resident); err != nil {
		return usage{}, fmt.Errorf("/proc/self/statm: %w", err)
	}
	return usage{micros(spent.Utime) + micros(spent.Stime), float64(resident * os.Getpagesize())}, nil
}

func micros(t syscall.Timeval) float64 {
	return float64(t.Sec)*1e6 + float64(t.Usec)
}
