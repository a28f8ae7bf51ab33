// Package usage reads what processes of the benchmarks have used.
package usage

import (
	"fmt"
	"os"
	"strings"
	"syscall"
)

// Usage is what a process has used: CPU time of all its threads, and the memory that it has now.
type Usage struct {
	CPUMicros float64 `json:"cpuMicros"`
	Bytes     float64 `json:"bytes"`
}

// Current is the usage of this process.
func Current() (Usage, error) {
	var spent syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &spent); err != nil {
		return Usage{}, err
	}
	// The second number is the resident set in pages.
	text, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		return Usage{}, err
	}
	var size, resident int
	if _, err := fmt.Fscan(strings.NewReader(string(text)), &size, &resident); err != nil {
		return Usage{}, fmt.Errorf("/proc/self/statm: %w", err)
	}
	return Usage{micros(spent.Utime) + micros(spent.Stime), float64(resident * os.Getpagesize())}, nil
}

// PeakBytes is the most memory that a process has had at once. Not the rusage of a child, which begins with the size of
// its parent.
func PeakBytes(pid int) (float64, error) {
	path := fmt.Sprintf("/proc/%d/status", pid)
	text, err := os.ReadFile(path)
	if err != nil {
		return 0, err
	}
	for line := range strings.Lines(string(text)) {
		var kilobytes float64
		if _, err := fmt.Sscanf(line, "VmHWM: %f kB", &kilobytes); err == nil {
			return kilobytes * 1024, nil
		}
	}
	return 0, fmt.Errorf("expected a line VmHWM in %s", path)
}

func micros(t syscall.Timeval) float64 {
	return float64(t.Sec)*1e6 + float64(t.Usec)
}
