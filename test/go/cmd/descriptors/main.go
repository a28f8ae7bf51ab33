// Command descriptors prints, as JSON, the descriptors that the official Go modules embed.
package main

import (
	"fmt"
	"os"

	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"

	// Each import registers the files of one package in protoregistry.GlobalFiles.
	_ "github.com/grafana/grafana-plugin-model/go/datasource"
	_ "github.com/grafana/grafana-plugin-model/go/renderer"
	_ "github.com/grafana/grafana-plugin-sdk-go/genproto/pluginv2"
	_ "github.com/hashicorp/go-plugin"
	_ "google.golang.org/grpc/health/grpc_health_v1"
	_ "google.golang.org/grpc/reflection/grpc_reflection_v1"
	_ "google.golang.org/grpc/reflection/grpc_reflection_v1alpha"
)

var packages = []protoreflect.FullName{
	"pluginv2",
	"models",
	"plugin",
	"grpc.health.v1",
	"grpc.reflection.v1",
	"grpc.reflection.v1alpha",
}

func main() {
	out := catalogue{}
	for _, name := range packages {
		before := len(out)
		protoregistry.GlobalFiles.RangeFilesByPackage(name, func(file protoreflect.FileDescriptor) bool {
			out.addFile(protodesc.ToFileDescriptorProto(file))
			return true
		})
		if len(out) == before {
			fmt.Fprintf(os.Stderr, "no descriptor of package %s is registered\n", name)
			os.Exit(1)
		}
	}
	if err := out.write(os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
