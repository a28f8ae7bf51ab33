package main

import (
	"bytes"
	"encoding/json"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/ipc"
	"github.com/apache/arrow-go/v18/arrow/memory"
)

type kind int

const (
	number kind = iota // float64
	text               // string
	moment             // int64, in milliseconds since 1970
)

// A field is a column of a frame; nil is a null.
type field struct {
	name   string
	kind   kind
	values []any
	labels map[string]string
}

// A frame is what a query becomes. docs/data-frames.md says what Grafana reads in it.
type frame struct {
	refID  string
	fields []field
	isWide bool
}

func (f frame) rows() int {
	if len(f.fields) == 0 {
		return 0
	}
	return len(f.fields[0].values)
}

func (f field) nullable() bool {
	for _, value := range f.values {
		if value == nil {
			return true
		}
	}
	return false
}

// meta says that a frame is a time series, a field for each series.
func (f frame) meta() map[string]any {
	if !f.isWide {
		return nil
	}
	return map[string]any{"type": "timeseries-wide", "typeVersion": []int{0, 1}}
}

// arrow writes the frame as an Arrow file, with what Arrow has no place for in the metadata.
func (f frame) arrow() ([]byte, error) {
	schemaMeta := map[string]string{"name": "", "refId": f.refID}
	if meta := f.meta(); meta != nil {
		encoded, err := json.Marshal(meta)
		if err != nil {
			return nil, err
		}
		schemaMeta["meta"] = string(encoded)
	}
	fields := make([]arrow.Field, len(f.fields))
	arrays := make([]arrow.Array, len(f.fields))
	for i, field := range f.fields {
		fieldMeta := map[string]string{}
		if field.labels != nil {
			encoded, err := json.Marshal(field.labels)
			if err != nil {
				return nil, err
			}
			fieldMeta["labels"] = string(encoded)
		}
		arrays[i] = field.array()
		fields[i] = arrow.Field{
			Name: field.name, Type: arrays[i].DataType(), Nullable: field.nullable(), Metadata: arrow.MetadataFrom(fieldMeta),
		}
	}
	metadata := arrow.MetadataFrom(schemaMeta)
	schema := arrow.NewSchema(fields, &metadata)
	var buffer bytes.Buffer
	writer, err := ipc.NewFileWriter(&buffer, ipc.WithSchema(schema))
	if err != nil {
		return nil, err
	}
	if err := writer.Write(array.NewRecordBatch(schema, arrays, int64(f.rows()))); err != nil {
		return nil, err
	}
	if err := writer.Close(); err != nil {
		return nil, err
	}
	return buffer.Bytes(), nil
}

func (f field) array() arrow.Array {
	var builder array.Builder
	var add func(value any)
	switch f.kind {
	case moment:
		times := array.NewTimestampBuilder(memory.DefaultAllocator, &arrow.TimestampType{Unit: arrow.Nanosecond})
		builder, add = times, func(value any) { times.Append(arrow.Timestamp(value.(int64) * 1_000_000)) }
	case text:
		texts := array.NewStringBuilder(memory.DefaultAllocator)
		builder, add = texts, func(value any) { texts.Append(value.(string)) }
	default:
		numbers := array.NewFloat64Builder(memory.DefaultAllocator)
		builder, add = numbers, func(value any) { numbers.Append(value.(float64)) }
	}
	for _, value := range f.values {
		if value == nil {
			builder.AppendNull()
		} else {
			add(value)
		}
	}
	return builder.NewArray()
}

// json writes the frame as Grafana's frame JSON.
func (f frame) json() ([]byte, error) {
	types := map[kind][2]string{
		moment: {"time", "time.Time"}, text: {"string", "string"}, number: {"number", "float64"},
	}
	fields := make([]map[string]any, len(f.fields))
	values := make([][]any, len(f.fields))
	for i, field := range f.fields {
		names := types[field.kind]
		info := map[string]any{"frame": names[1]}
		if field.nullable() {
			info["nullable"] = true
		}
		fields[i] = map[string]any{"name": field.name, "type": names[0], "typeInfo": info}
		if field.labels != nil {
			fields[i]["labels"] = field.labels
		}
		values[i] = append([]any{}, field.values...)
	}
	schema := map[string]any{"fields": fields}
	if f.refID != "" {
		schema["refId"] = f.refID
	}
	if meta := f.meta(); meta != nil {
		schema["meta"] = meta
	}
	// Grafana's reader wants the schema before the data: a map would be sorted.
	return json.Marshal(struct {
		Schema map[string]any `json:"schema"`
		Data   map[string]any `json:"data"`
	}{schema, map[string]any{"values": values}})
}
