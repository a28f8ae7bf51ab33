// Command standalone is a plugin on the SDK's own entry, backend.Manage: with -standalone it serves apart from any host,
// and started by a host it leads to that process. Its id is gpp-standalone-datasource. Each process answers CheckHealth
// with its own process id.
package main

import (
	"context"
	"fmt"
	"os"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
)

func main() {
	if err := backend.Manage("gpp-standalone-datasource", backend.ServeOpts{CheckHealthHandler: health{}}); err != nil {
		fmt.Fprintln(os.Stderr, "standalone:", err)
		os.Exit(1)
	}
}

type health struct{}

func (health) CheckHealth(context.Context, *backend.CheckHealthRequest) (*backend.CheckHealthResult, error) {
	return &backend.CheckHealthResult{Status: backend.HealthStatusOk, Message: fmt.Sprint(os.Getpid())}, nil
}
