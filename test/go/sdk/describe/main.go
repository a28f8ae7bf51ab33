// Command describe is `frames describe` alone. It is what is built against old versions of the SDK:
// go build -modfile=sdk/VERSION.mod ./sdk/describe
package main

import (
	"fmt"
	"os"

	"grafana-plugin-protocol.test/peers/internal/frames"
)

func main() {
	if err := frames.DescribeLines(os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
