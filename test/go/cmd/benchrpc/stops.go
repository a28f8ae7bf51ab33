package main

import (
	"context"
	"fmt"
	"os"
	"slices"
	"sync"
	"time"

	"grafana-plugin-protocol.test/peers/internal/usage"
)

// stopsLoad starts and stops plugins: one several times, then many at once. The plugin of the run's start is one more.
func stopsLoad(h *host, o options) (figures, error) {
	one := make([]float64, o.starts)
	for i := range one {
		ms, err := stopOne(o)
		if err != nil {
			return nil, err
		}
		one[i] = ms
	}
	found := figures{"stop one": medianOf(one)}
	before, err := usage.Current()
	if err != nil {
		return nil, err
	}
	filesBefore, err := openFiles()
	if err != nil {
		return nil, err
	}
	began := time.Now()
	hosts := make([]*host, o.plugins)
	if err := parallel(hosts, func(i int) (err error) {
		hosts[i], err = startAnswering(o)
		return err
	}); err != nil {
		return nil, err
	}
	count := float64(o.plugins)
	found["start all"] = time.Since(began).Seconds() * 1e3
	started, err := usage.Current()
	if err != nil {
		return nil, err
	}
	filesAfter, err := openFiles()
	if err != nil {
		return nil, err
	}
	found["hostCpu"] = (started.CPUMicros - before.CPUMicros) / count
	found["hostBytes"] = (started.Bytes - before.Bytes) / count
	found["hostFiles"] = (filesAfter - filesBefore) / count
	if found["idleCpu"], err = idleCPU(hosts, 2*o.duration); err != nil {
		return nil, err
	}
	began = time.Now()
	err = parallel(hosts, func(i int) error { hosts[i].close(); return nil })
	found["stop all"] = time.Since(began).Seconds() * 1e3
	return found, err
}

func stopOne(o options) (float64, error) {
	h, err := startAnswering(o)
	if err != nil {
		return 0, err
	}
	began := time.Now()
	h.close()
	return time.Since(began).Seconds() * 1e3, nil
}

// startAnswering starts a plugin and has one answer of it.
func startAnswering(o options) (*host, error) {
	req, err := o.query("small")
	if err != nil {
		return nil, err
	}
	h, err := startHost(o.command)
	if err != nil {
		return nil, err
	}
	if _, err := h.data.QueryData(context.Background(), req); err != nil {
		h.close()
		return nil, err
	}
	return h, nil
}

// idleCPU is the CPU time in µs that a plugin takes for a second in which nobody calls it.
func idleCPU(hosts []*host, duration time.Duration) (float64, error) {
	total := func() (sum float64, err error) {
		for _, h := range hosts {
			_, used, err := h.used(context.Background())
			if err != nil {
				return 0, err
			}
			sum += used.CPUMicros
		}
		return sum, nil
	}
	// Twice at once: what asking costs is no idleness.
	if _, err := total(); err != nil {
		return 0, err
	}
	first, err := total()
	if err != nil {
		return 0, err
	}
	second, err := total()
	if err != nil {
		return 0, err
	}
	time.Sleep(duration)
	third, err := total()
	if err != nil {
		return 0, err
	}
	idle := (third - second) - (second - first)
	return max(0, idle) / float64(len(hosts)) / duration.Seconds(), nil
}

func parallel(hosts []*host, do func(i int) error) error {
	errs := make([]error, len(hosts))
	var all sync.WaitGroup
	for i := range hosts {
		all.Go(func() { errs[i] = do(i) })
	}
	all.Wait()
	for i, err := range errs {
		if err != nil {
			return fmt.Errorf("plugin %d of %d: %w", i+1, len(hosts), err)
		}
	}
	return nil
}

func openFiles() (float64, error) {
	files, err := os.ReadDir("/proc/self/fd")
	return float64(len(files)), err
}

func medianOf(values []float64) float64 {
	did := ran{latencies: values}
	slices.Sort(did.latencies)
	return did.percentile(50)
}
