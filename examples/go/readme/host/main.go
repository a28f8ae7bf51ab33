// A host that starts the plugin it is given and prints how it is.
package main

import (
	"context"
	"fmt"
	"log"
	"os"
	"os/exec"

	gpp "github.com/grafana-plugin-protocol/grafana-plugin-protocol/packages/go"
	"github.com/grafana/grafana-plugin-sdk-go/genproto/pluginv2"
)

func main() {
	ctx := context.Background()
	plugin, err := gpp.Launch(ctx, gpp.LaunchOptions{Command: exec.Command(os.Args[1]), Majors: []int{2}})
	if err != nil {
		log.Fatal(err)
	}
	defer plugin.Close()

	health, err := plugin.V2.Diagnostics.CheckHealth(ctx, &pluginv2.CheckHealthRequest{})
	if err != nil {
		log.Fatal(err) // also a plugin without Diagnostics: codes.Unimplemented
	}
	fmt.Println(health.GetStatus(), health.GetMessage())
}
