// Command links has everything in one program that carries messages of the contracts: our module, the SDK, the model and
// go-plugin. Two packages with the same messages would let it panic before main.
package main

import (
	"fmt"
	"sort"

	_ "github.com/grafana-plugin-protocol/grafana-plugin-protocol/packages/go"
	_ "github.com/grafana/grafana-plugin-model/go/datasource"
	_ "github.com/grafana/grafana-plugin-model/go/renderer"
	_ "github.com/grafana/grafana-plugin-sdk-go/backend"
	_ "github.com/grafana/grafana-plugin-sdk-go/genproto/pluginv2"
	_ "github.com/hashicorp/go-plugin"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
)

func main() {
	seen := map[protoreflect.FullName]int{}
	protoregistry.GlobalFiles.RangeFiles(func(file protoreflect.FileDescriptor) bool {
		seen[file.Package()] += file.Messages().Len()
		return true
	})
	names := make([]string, 0, len(seen))
	for name := range seen {
		names = append(names, string(name))
	}
	sort.Strings(names)
	for _, name := range names {
		fmt.Println(name, seen[protoreflect.FullName(name)])
	}
}
