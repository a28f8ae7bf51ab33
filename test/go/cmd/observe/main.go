// Command observe is the oracle of logs, metrics and spans: a plugin with the middlewares of the official SDK whose
// calls end in every way. With a command as its arguments it is a host with OpenTelemetry, as Grafana is one, that calls
// such a plugin once and prints its own trace and what the plugin says about it, as one JSON object.
package main

import (
	"fmt"
	"os"
)

func main() {
	var err error
	if command := os.Args[1:]; len(command) == 0 {
		err = servePlugin()
	} else {
		err = runHost(command)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "observe:", err)
		os.Exit(1)
	}
}
