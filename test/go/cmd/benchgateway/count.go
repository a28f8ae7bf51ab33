package main

import (
	"fmt"
	"os"
	"strings"
	"sync/atomic"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/genproto/pluginv2"
	"google.golang.org/grpc"
)

// countPath is what paths of counting streams begin with.
const countPath = "count"

// countEvery is the time between two packets.
const countEvery = 2 * time.Millisecond

// A counter has streams whose packets can be told from one another: each has the run, which is unique, and its number.
type counter struct {
	runs    atomic.Int64
	running atomic.Int64
}

func counts(path string) bool { return strings.HasPrefix(path, countPath) }

func (c *counter) run(stream grpc.ServerStreamingServer[pluginv2.StreamPacket]) error {
	c.running.Add(1)
	defer c.running.Add(-1)
	run := fmt.Sprintf("%d.%d", os.Getpid(), c.runs.Add(1))
	tick := time.NewTicker(countEvery)
	defer tick.Stop()
	for n := 0; ; n++ {
		data := fmt.Appendf(nil, `{"run":"%s","n":%d}`, run, n)
		if err := stream.Send(&pluginv2.StreamPacket{Data: data}); err != nil {
			return err
		}
		select {
		case <-stream.Context().Done():
			return stream.Context().Err()
		case <-tick.C:
		}
	}
}
