// Command broker is both sides of what go-plugin carries beside the calls: brokered connections and printed bytes.
// Without arguments it is the plugin; with a command it is a host that checks that plugin and prints one JSON line a case.
package main

import (
	"flag"
	"fmt"
	"os"

	"github.com/grafana/grafana-plugin-sdk-go/backend/grpcplugin"
	"github.com/hashicorp/go-plugin"
)

var handshake = plugin.HandshakeConfig{
	MagicCookieKey:   grpcplugin.MagicCookieKey,
	MagicCookieValue: grpcplugin.MagicCookieValue,
}

func main() {
	tls := flag.Bool("tls", false, "use go-plugin's automatic mTLS")
	multiplex := flag.Bool("multiplex", false, "ask for a multiplexed broker, which the plugin must refuse")
	flag.Parse()
	if flag.NArg() == 0 {
		servePlugin()
		return
	}
	ok, err := runHost(flag.Args(), *tls, *multiplex)
	if err != nil {
		fmt.Fprintln(os.Stderr, "broker:", err)
		os.Exit(2)
	}
	if !ok {
		os.Exit(1)
	}
}
