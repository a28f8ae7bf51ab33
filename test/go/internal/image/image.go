// Package image reads a FileDescriptorSet, as `buf build -o image.binpb` writes it,
// so that contracts without an official Go module can be spoken with dynamic messages.
package image

import (
	"fmt"
	"os"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
	"google.golang.org/protobuf/types/descriptorpb"
)

// An Image holds the descriptors of one file; they are not registered globally.
type Image struct {
	files *protoregistry.Files
	path  string
}

// Load reads the image at path.
func Load(path string) (*Image, error) {
	if path == "" {
		return nil, fmt.Errorf("no image is given: set FIXTURE_IMAGE, or -image of the host, to a file of `buf build -o image.binpb`")
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("cannot read the image: %w", err)
	}
	set := &descriptorpb.FileDescriptorSet{}
	if err := proto.Unmarshal(data, set); err != nil {
		return nil, fmt.Errorf("%s is not a binary FileDescriptorSet: %w", path, err)
	}
	files, err := protodesc.NewFiles(set)
	if err != nil {
		return nil, fmt.Errorf("cannot link the image %s: %w", path, err)
	}
	return &Image{files: files, path: path}, nil
}

// Service finds a service by its full name.
func (i *Image) Service(name protoreflect.FullName) (protoreflect.ServiceDescriptor, error) {
	found, err := i.files.FindDescriptorByName(name)
	if err != nil {
		return nil, fmt.Errorf("%s has no %s: %w", i.path, name, err)
	}
	service, ok := found.(protoreflect.ServiceDescriptor)
	if !ok {
		return nil, fmt.Errorf("%s in %s is a %T, expected a service", name, i.path, found)
	}
	return service, nil
}
