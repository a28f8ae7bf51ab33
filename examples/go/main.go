// A weather data source for hosts of both protocol majors, in one executable.
package main

import (
	"fmt"
	"os"

	gpp "github.com/grafana-plugin-protocol/grafana-plugin-protocol/packages/go"
)

func main() {
	database, err := openWeather()
	if err != nil {
		fmt.Fprintln(os.Stderr, "cannot read the weather:", err)
		os.Exit(1)
	}
	weather, err := newWeather(database)
	if err != nil {
		fmt.Fprintln(os.Stderr, "cannot read the places:", err)
		os.Exit(1)
	}
	gpp.Serve(
		gpp.V2{Data: weather, Diagnostics: weather, Resource: weather, Stream: weather},
		gpp.V1{Datasource: datasourceV1{database}},
	)
}
