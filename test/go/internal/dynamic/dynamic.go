// Package dynamic fills, reads and compares messages that are known only from an image.
package dynamic

import (
	"fmt"

	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/dynamicpb"

	"grafana-plugin-protocol.test/peers/internal/canonical"
)

// New gives the message that o says in protobuf's JSON form.
func New(descriptor protoreflect.MessageDescriptor, o canonical.Object) (*dynamicpb.Message, error) {
	message := dynamicpb.NewMessage(descriptor)
	if err := protojson.Unmarshal(canonical.JSON(o), message); err != nil {
		return nil, fmt.Errorf("cannot fill %s: %w", descriptor.FullName(), err)
	}
	return message, nil
}

// Get reads one field by its name in the proto file.
func Get(message protoreflect.Message, name protoreflect.Name) protoreflect.Value {
	field := message.Descriptor().Fields().ByName(name)
	if field == nil {
		panic(fmt.Sprintf("%s has no field %s", message.Descriptor().FullName(), name))
	}
	return message.Get(field)
}

// Same compares got with what want says. A scalar set to its zero equals one that is absent:
// in v3 both are legal ways to say it.
func Same(got *dynamicpb.Message, want canonical.Object) error {
	expected, err := New(got.Descriptor(), want)
	if err != nil {
		return err
	}
	dropZeroes(expected)
	dropZeroes(got)
	if proto.Equal(got, expected) {
		return nil
	}
	return fmt.Errorf("expected %v, got %v", expected, got)
}

func dropZeroes(message protoreflect.Message) {
	message.Range(func(field protoreflect.FieldDescriptor, value protoreflect.Value) bool {
		switch {
		case field.IsMap():
		case field.IsList():
			if field.Message() != nil {
				for i := range value.List().Len() {
					dropZeroes(value.List().Get(i).Message())
				}
			}
		case field.Message() != nil:
			dropZeroes(value.Message())
		case value.Equal(field.Default()):
			message.Clear(field)
		}
		return true
	})
}
