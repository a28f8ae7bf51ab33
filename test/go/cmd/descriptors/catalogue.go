package main

import (
	"cmp"
	"encoding/json"
	"io"
	"slices"
	"strings"

	"google.golang.org/protobuf/types/descriptorpb"
)

// A catalogue maps the full name of each message, enum and service to its definition.
type catalogue map[string]any

type message struct {
	Kind     string  `json:"kind"`
	MapEntry bool    `json:"mapEntry,omitempty"`
	Fields   []field `json:"fields"`
}

type field struct {
	Number         int32  `json:"number"`
	Name           string `json:"name"`
	Type           string `json:"type"`
	Label          string `json:"label"`
	TypeName       string `json:"typeName,omitempty"`
	Oneof          string `json:"oneof,omitempty"`
	Proto3Optional bool   `json:"proto3Optional,omitempty"`
}

type enum struct {
	Kind   string      `json:"kind"`
	Values []enumValue `json:"values"`
}

type enumValue struct {
	Name   string `json:"name"`
	Number int32  `json:"number"`
}

type service struct {
	Kind    string   `json:"kind"`
	Methods []method `json:"methods"`
}

type method struct {
	Name            string `json:"name"`
	Input           string `json:"input"`
	Output          string `json:"output"`
	ClientStreaming bool   `json:"clientStreaming"`
	ServerStreaming bool   `json:"serverStreaming"`
}

// write prints the catalogue with sorted names; json.Marshal sorts the keys of a map.
func (c catalogue) write(w io.Writer) error {
	encoder := json.NewEncoder(w)
	encoder.SetIndent("", "  ")
	return encoder.Encode(c)
}

func (c catalogue) addFile(file *descriptorpb.FileDescriptorProto) {
	prefix := file.GetPackage() + "."
	for _, m := range file.GetMessageType() {
		c.addMessage(prefix, m)
	}
	for _, e := range file.GetEnumType() {
		c.addEnum(prefix, e)
	}
	for _, s := range file.GetService() {
		c.addService(prefix, s)
	}
}

func (c catalogue) addMessage(prefix string, m *descriptorpb.DescriptorProto) {
	out := message{Kind: "message", MapEntry: m.GetOptions().GetMapEntry(), Fields: []field{}}
	for _, f := range m.GetField() {
		out.Fields = append(out.Fields, fieldOf(m, f))
	}
	slices.SortFunc(out.Fields, func(a, b field) int { return cmp.Compare(a.Number, b.Number) })
	name := prefix + m.GetName()
	c[name] = out
	for _, nested := range m.GetNestedType() {
		c.addMessage(name+".", nested)
	}
	for _, nested := range m.GetEnumType() {
		c.addEnum(name+".", nested)
	}
}

// fieldOf leaves the synthetic oneof of a proto3 optional field out: its name is the compiler's.
func fieldOf(m *descriptorpb.DescriptorProto, f *descriptorpb.FieldDescriptorProto) field {
	out := field{
		Number:         f.GetNumber(),
		Name:           f.GetName(),
		Type:           strings.ToLower(strings.TrimPrefix(f.GetType().String(), "TYPE_")),
		Label:          strings.ToLower(strings.TrimPrefix(f.GetLabel().String(), "LABEL_")),
		TypeName:       strings.TrimPrefix(f.GetTypeName(), "."),
		Proto3Optional: f.GetProto3Optional(),
	}
	if f.OneofIndex != nil && !out.Proto3Optional {
		out.Oneof = m.GetOneofDecl()[f.GetOneofIndex()].GetName()
	}
	return out
}

func (c catalogue) addEnum(prefix string, e *descriptorpb.EnumDescriptorProto) {
	out := enum{Kind: "enum", Values: []enumValue{}}
	for _, v := range e.GetValue() {
		out.Values = append(out.Values, enumValue{Name: v.GetName(), Number: v.GetNumber()})
	}
	slices.SortFunc(out.Values, func(a, b enumValue) int {
		return cmp.Or(cmp.Compare(a.Number, b.Number), cmp.Compare(a.Name, b.Name))
	})
	c[prefix+e.GetName()] = out
}

func (c catalogue) addService(prefix string, s *descriptorpb.ServiceDescriptorProto) {
	out := service{Kind: "service", Methods: []method{}}
	for _, m := range s.GetMethod() {
		out.Methods = append(out.Methods, method{
			Name:            m.GetName(),
			Input:           strings.TrimPrefix(m.GetInputType(), "."),
			Output:          strings.TrimPrefix(m.GetOutputType(), "."),
			ClientStreaming: m.GetClientStreaming(),
			ServerStreaming: m.GetServerStreaming(),
		})
	}
	slices.SortFunc(out.Methods, func(a, b method) int { return cmp.Compare(a.Name, b.Name) })
	c[prefix+s.GetName()] = out
}
