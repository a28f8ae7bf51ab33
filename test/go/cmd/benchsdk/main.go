// Command benchsdk is a data source on the official SDK, as its authors write them: settings, instances, two query types,
// rows in chunks and resources. The programs of bench/sdk are the same data source.
package main

import (
	"os"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/grafana/grafana-plugin-sdk-go/backend/datasource"
	"github.com/grafana/grafana-plugin-sdk-go/backend/log"
)

func main() {
	// Each call writes two lines to the log by default, which the host may not want either.
	if len(os.Args) > 1 && os.Args[1] == "quiet" {
		backend.Logger = log.NewNullLogger()
	}
	if err := datasource.Manage("bench-datasource", newDatasource, datasource.ManageOpts{}); err != nil {
		log.DefaultLogger.Error(err.Error())
		os.Exit(1)
	}
}
