// Package frames describes data frames as JSON that is exact and that another language can compare.
//
// It uses only what every version of the SDK since v0.65.0 has, so that it can be built against old ones.
package frames

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/grafana/grafana-plugin-sdk-go/data"
)

// A Description says everything that a frame holds.
type Description struct {
	Name   string          `json:"name"`
	RefID  string          `json:"refId"`
	Meta   json.RawMessage `json:"meta"`
	Fields []Field         `json:"fields"`
}

// Field describes one field. A value is nil or a text; see valueText.
type Field struct {
	Name     string            `json:"name"`
	Kind     string            `json:"kind"`
	Nullable bool              `json:"nullable"`
	Labels   map[string]string `json:"labels"`
	Config   json.RawMessage   `json:"config"`
	Values   []*string         `json:"values"`
}

// Describe fails for a field type that the description has no name for.
func Describe(frame *data.Frame) (*Description, error) {
	meta, err := optionalJSON(frame.Meta, frame.Meta == nil)
	if err != nil {
		return nil, fmt.Errorf("meta: %w", err)
	}
	out := &Description{Name: frame.Name, RefID: frame.RefID, Meta: meta, Fields: []Field{}}
	for i, field := range frame.Fields {
		described, err := describeField(field)
		if err != nil {
			return nil, fmt.Errorf("field %d: %w", i, err)
		}
		out.Fields = append(out.Fields, *described)
	}
	return out, nil
}

func describeField(field *data.Field) (*Field, error) {
	kind, err := kindOf(field.Type())
	if err != nil {
		return nil, err
	}
	config, err := optionalJSON(field.Config, field.Config == nil)
	if err != nil {
		return nil, fmt.Errorf("config: %w", err)
	}
	values := make([]*string, field.Len())
	for row := range values {
		value, ok := field.ConcreteAt(row)
		if !ok {
			continue
		}
		text, err := valueText(value)
		if err != nil {
			return nil, fmt.Errorf("row %d: %w", row, err)
		}
		values[row] = &text
	}
	return &Field{
		Name:     field.Name,
		Kind:     kind,
		Nullable: field.Nullable(),
		Labels:   field.Labels,
		Config:   config,
		Values:   values,
	}, nil
}

func kindOf(t data.FieldType) (string, error) {
	name := strings.TrimPrefix(t.ItemTypeString(), "*")
	switch name {
	case "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64",
		"float32", "float64", "string", "bool", "enum":
		return name, nil
	case "unit8": // so spelled in old versions
		return "uint8", nil
	case "time.Time":
		return "time", nil
	case "json.RawMessage":
		return "json", nil
	}
	return "", fmt.Errorf("unknown type %q", name)
}

// optionalJSON is null for nil: a nil pointer inside an `any` would not be seen as nil.
func optionalJSON(v any, isNil bool) (json.RawMessage, error) {
	if isNil {
		return json.RawMessage("null"), nil
	}
	return json.Marshal(v)
}
