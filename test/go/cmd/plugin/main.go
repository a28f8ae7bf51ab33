// Command plugin is the Go fixture plugin of the interop matrix; ../../../interop/README.md says what it answers.
package main

import (
	"fmt"
	"os"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
)

const pluginID = "fixture"

func main() {
	if err := serve(os.Getenv("FIXTURE_MAJORS")); err != nil {
		fmt.Fprintln(os.Stderr, "fixture plugin:", err)
		os.Exit(1)
	}
}

// serve returns after the host's Shutdown call.
func serve(majors string) error {
	if os.Getenv("FIXTURE_NETWORK") == "tcp" {
		return fmt.Errorf("FIXTURE_NETWORK is tcp, but go-plugin listens on a unix socket here: use the TypeScript fixture")
	}
	if majors == "1" {
		serveVersioned(v1Plugins(), nil)
		return nil
	}
	opts, err := serveOpts()
	if err != nil {
		return err
	}
	switch majors {
	case "2":
		return backend.Manage(pluginID, opts)
	case "", "1,2":
		v2, err := v2Plugins(opts)
		if err != nil {
			return err
		}
		serveVersioned(v1Plugins(), v2)
		return nil
	default:
		return fmt.Errorf("FIXTURE_MAJORS is %q, expected 1, 2 or 1,2", majors)
	}
}

// serveOpts is what the SDK serves as major 2; a service without a handler is not registered.
func serveOpts() (backend.ServeOpts, error) {
	f := newFixture()
	opts := backend.ServeOpts{CheckHealthHandler: f}
	switch services := os.Getenv("FIXTURE_SERVICES"); services {
	case "", "all":
		opts.QueryDataHandler = f
		opts.QueryChunkedDataHandler = f
		opts.CallResourceHandler = f
		opts.StreamHandler = f
		opts.AdmissionHandler = f
		opts.ConversionHandler = f
	case "diagnostics":
	default:
		return opts, fmt.Errorf("FIXTURE_SERVICES is %q, expected all or diagnostics", services)
	}
	if os.Getenv("FIXTURE_EXTENSIONS") != "on" {
		return opts, nil
	}
	extra, err := extensionPlugins(os.Getenv("FIXTURE_IMAGE"))
	opts.ExtraPlugins = extra
	return opts, err
}
