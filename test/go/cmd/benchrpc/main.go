// Command benchrpc measures gRPC between go-plugin's host and a plugin: `plugin` is a plugin that answers the bench's
// calls, `host` starts a plugin and measures one load, `bare` measures a program that has nothing to answer.
package main

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"time"
)

// figures is what one load found, by the names that ../../README.md lists.
type figures map[string]float64

// options are the flags of the host.
type options struct {
	load     string
	requests string
	duration time.Duration
	starts   int
	plugins  int
	command  []string
}

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "benchrpc:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	if len(args) == 0 {
		return errors.New("expected plugin, host or bare as the first argument, got none")
	}
	if args[0] == "plugin" {
		return servePlugin()
	}
	o, err := parse(args[0], args[1:])
	if err != nil {
		return err
	}
	found, err := measure(args[0], o)
	if err != nil {
		return err
	}
	return json.NewEncoder(os.Stdout).Encode(found)
}

func parse(mode string, args []string) (options, error) {
	flags := flag.NewFlagSet(mode, flag.ContinueOnError)
	load := flags.String("load", "calls", "which one of those in README.md")
	requests := flags.String("requests", "", "the `DIR` with the encoded requests")
	seconds := flags.Float64("seconds", 1, "how long a measured load lasts")
	starts := flags.Int("starts", 5, "how often the program is started for the load start, of which the median counts")
	plugins := flags.Int("plugins", 100, "how many plugins the load stops starts")
	if err := flags.Parse(args); err != nil {
		return options{}, err
	}
	o := options{*load, *requests, time.Duration(*seconds * float64(time.Second)), *starts, *plugins, flags.Args()}
	if len(o.command) == 0 {
		return o, errors.New("expected the command of the program to measure, got none")
	}
	return o, nil
}

func measure(mode string, o options) (figures, error) {
	switch {
	case mode == "bare":
		return bareStart(o)
	case mode != "host":
		return nil, fmt.Errorf("expected plugin, host or bare as the first argument, got %q", mode)
	case o.load == "start":
		return pluginStart(o)
	case o.load == "sdk-layer":
		return sdkLayerLoad(o)
	case o.load == "sdk-starts":
		return sdkStartsLoad(o)
	}
	load, ok := map[string]func(*host, options) (figures, error){
		"calls": callsLoad, "frames": framesLoad, "packets": packetsLoad, "mixed": mixedLoad, "readme": readmeLoad,
		"beside": besideLoad, "crowd": crowdLoad, "metadata": metadataLoad, "signal": signalLoad, "stops": stopsLoad, "streams": streamsLoad,
		"sdk-queries": sdkQueriesLoad, "sdk-resources": sdkResourcesLoad, "sdk-instances": sdkInstancesLoad,
		"sdk-chunked": sdkChunkedLoad, "sdk-memory": sdkMemoryLoad("5M"), "sdk-long": sdkMemoryLoad("20M"),
	}[o.load]
	if !ok {
		return nil, fmt.Errorf("-load must be one of those in README.md, got %q", o.load)
	}
	h, err := startHost(o.command)
	if err != nil {
		return nil, err
	}
	defer h.close()
	return load(h, o)
}
