// Command benchgateway measures HTTP gateways in front of a plugin. `serve` is such a gateway on the official SDK's client
// side and net/http, `plugin` is the plugin behind it, and `load` starts gateways and puts one load on each
// in turn.
package main

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"time"
)

// figures is what one load found, by the names that bench/gateway/cases.ts has.
type figures map[string]float64

// options are the flags of the load.
type options struct {
	duration time.Duration
	// How many rows the large answers have.
	rows int
	// Does everything as briefly as possible.
	quick bool
	// Paths of the sockets by which plugins are told to send begin with it.
	pace string
}

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "benchgateway:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	if len(args) == 0 {
		return errors.New("expected plugin, serve or load as the first argument, got none")
	}
	switch args[0] {
	case "plugin":
		return servePlugin(args[1:])
	case "serve":
		return serveGateway(args[1:])
	case "load":
		found, err := measure(args[1:])
		if err != nil {
			return err
		}
		return json.NewEncoder(os.Stdout).Encode(found)
	default:
		return fmt.Errorf("expected plugin, serve or load as the first argument, got %q", args[0])
	}
}

func measure(args []string) (figures, error) {
	flags := flag.NewFlagSet("load", flag.ContinueOnError)
	name := flags.String("load", "queries", "queries, answers, chunks, live or resources")
	seconds := flags.Float64("seconds", 1, "how long a measured load lasts")
	rows := flags.Int("rows", largeRows, "rows of a large answer")
	quick := flags.Bool("quick", false, "does everything as briefly as possible")
	pace := flags.String("pace", "", "the beginning of the paths of the sockets that the plugins of the load live have")
	if err := flags.Parse(args); err != nil {
		return nil, err
	}
	o := options{time.Duration(*seconds * float64(time.Second)), *rows, *quick, *pace}
	load, ok := map[string]func(gateways, options) (figures, error){
		"queries": queriesLoad, "answers": answersLoad, "live": liveLoad, "chunks": chunksLoad, "resources": resourcesLoad,
	}[*name]
	if !ok {
		return nil, fmt.Errorf("-load must be queries, answers, chunks, live or resources, got %q", *name)
	}
	var all gateways
	for _, command := range split(flags.Args()) {
		g, err := startGateway(command)
		if err != nil {
			return nil, err
		}
		defer g.close()
		all = append(all, g)
	}
	return load(all, o)
}

// split gives the commands that stand between `--`.
func split(args []string) [][]string {
	commands := [][]string{nil}
	for _, arg := range args {
		if arg == "--" {
			commands = append(commands, nil)
			continue
		}
		last := len(commands) - 1
		commands[last] = append(commands[last], arg)
	}
	return commands
}
