package main

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"
)

// The warm-up runs, and the time that one measured run lasts at least: short operations are repeated in it.
const (
	warmUpRuns = 2
	runTime    = 200 * time.Millisecond
)

// measure gives the median time and the median allocated bytes of one operation. The garbage collector runs as it wants.
func measure(prepare func() (func() error, error), runs int) (*result, error) {
	operation, err := prepare()
	if err != nil {
		return nil, err
	}
	// The first round is a single operation and finds how many make up the time of a run.
	repeats := 1
	var times []int64
	var allocated []uint64
	for run := range warmUpRuns + runs {
		took, bytes, err := repeat(operation, repeats)
		if err != nil {
			return nil, err
		}
		if run < warmUpRuns {
			repeats = max(1, int(runTime/max(took, 1)))
			continue
		}
		times = append(times, int64(took))
		allocated = append(allocated, bytes)
	}
	return &result{Ns: median(times), AllocBytes: median(allocated)}, nil
}

func repeat(operation func() error, repeats int) (time.Duration, uint64, error) {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	began := time.Now()
	for range repeats {
		if err := operation(); err != nil {
			return 0, 0, err
		}
	}
	took := time.Since(began)
	runtime.ReadMemStats(&after)
	return took / time.Duration(repeats), (after.TotalAlloc - before.TotalAlloc) / uint64(repeats), nil
}

func median[T int64 | uint64](values []T) T {
	slices.Sort(values)
	return values[len(values)/2]
}

// peakRSS is the largest memory that this process ever had, as Linux tells it.
func peakRSS() (uint64, error) {
	file, err := os.Open("/proc/self/status")
	if err != nil {
		return 0, err
	}
	defer file.Close()
	for lines := bufio.NewScanner(file); lines.Scan(); {
		value, found := strings.CutPrefix(lines.Text(), "VmHWM:")
		if !found {
			continue
		}
		kibibytes, err := strconv.ParseUint(strings.TrimSpace(strings.TrimSuffix(value, "kB")), 10, 64)
		if err != nil {
			return 0, fmt.Errorf("VmHWM: %w", err)
		}
		return kibibytes * 1024, nil
	}
	return 0, errors.New("/proc/self/status has no VmHWM")
}
