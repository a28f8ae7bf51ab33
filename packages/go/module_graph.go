//go:build module_graph

package gpp

// Never compiled. grafana-plugin-model brings a genproto of 2018, whose packages are in genproto/googleapis/rpc as well, and
// `go mod tidy` of every user would stop at an "ambiguous import". This keeps a version in go.mod that does not have them.
import _ "google.golang.org/genproto/googleapis/type/dayofweek"
