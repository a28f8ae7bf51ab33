package main

import (
	"encoding/json"
	"math"
	"strconv"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/data"
)

// A kind makes fields of one type. null tells which rows hold nil; without it the field is not nullable.
type kind struct {
	name  string
	rows  func(name string, rows int, null func(row int) bool) *data.Field
	edges func(name string, nullable bool) *data.Field
}

var start = time.Unix(1_700_000_000, 0)

var kinds = []kind{
	newKind("int8", func(row int) int8 { return int8(row%100 - 50) },
		math.MinInt8, -1, 0, 1, math.MaxInt8),
	newKind("int16", func(row int) int16 { return int16(row - 300) },
		math.MinInt16, -1, 0, 1, math.MaxInt16),
	newKind("int32", func(row int) int32 { return int32(row - 300) },
		math.MinInt32, -1, 0, 1, math.MaxInt32),
	newKind("int64", func(row int) int64 { return int64(row - 300) },
		math.MinInt64, math.MinInt64+1, -1<<53-1, -1<<53, -1<<53+1, -1, 0, 1, 1<<53-1, 1<<53, 1<<53+1,
		math.MaxInt64-1, math.MaxInt64),
	newKind("uint8", func(row int) uint8 { return uint8(row % 256) },
		0, 1, math.MaxInt8, math.MaxInt8+1, math.MaxUint8),
	newKind("uint16", func(row int) uint16 { return uint16(row) },
		0, 1, math.MaxInt16, math.MaxInt16+1, math.MaxUint16),
	newKind("uint32", func(row int) uint32 { return uint32(row) },
		0, 1, math.MaxInt32, math.MaxInt32+1, math.MaxUint32),
	newKind("uint64", func(row int) uint64 { return uint64(row) },
		0, 1, 1<<53-1, 1<<53, 1<<53+1, math.MaxInt64, math.MaxInt64+1, math.MaxUint64-1, math.MaxUint64),
	newKind("float32", func(row int) float32 { return float32(row)/8 - 2 }, float32Edges...),
	newKind("float64", func(row int) float64 { return float64(row)/10 - 2 }, float64Edges...),
	newKind("string", shortText, textEdges...),
	newKind("bool", func(row int) bool { return row%3 == 0 }, false, true, true, false),
	newKind("time", func(row int) time.Time { return start.Add(time.Duration(row) * time.Second) }, timeEdges...),
	newKind("json", func(row int) json.RawMessage { return json.RawMessage(strconv.Itoa(row)) }, jsonEdges...),
	newKind("enum", func(row int) data.EnumItemIndex { return data.EnumItemIndex(row % 3) },
		0, 1, 2, 3, math.MaxUint16),
}

func newKind[T any](name string, at func(row int) T, edges ...T) kind {
	return kind{
		name: name,
		rows: func(fieldName string, rows int, null func(row int) bool) *data.Field {
			values := make([]T, rows)
			for row := range values {
				values[row] = at(row)
			}
			return withEnumTexts(newField(fieldName, values, null))
		},
		edges: func(fieldName string, nullable bool) *data.Field {
			// The first and the last row are there to be nil.
			values := append([]T{edges[0]}, edges...)
			values = append(values, edges[len(edges)-1])
			if !nullable {
				return withEnumTexts(newField(fieldName, values, nil))
			}
			last := len(values) - 1
			return withEnumTexts(newField(fieldName, values, func(row int) bool { return row == 0 || row == last }))
		},
	}
}

func newField[T any](name string, values []T, null func(row int) bool) *data.Field {
	if null == nil {
		return data.NewField(name, nil, values)
	}
	pointers := make([]*T, len(values))
	for row := range values {
		if !null(row) {
			pointers[row] = &values[row]
		}
	}
	return data.NewField(name, nil, pointers)
}

func withEnumTexts(field *data.Field) *data.Field {
	if t := field.Type(); t == data.FieldTypeEnum || t == data.FieldTypeNullableEnum {
		field.Config = enumTexts("off", "on", "broken")
	}
	return field
}

func enumTexts(texts ...string) *data.FieldConfig {
	return &data.FieldConfig{TypeConfig: &data.FieldTypeConfig{Enum: &data.EnumFieldConfig{Text: texts}}}
}

func shortText(row int) string {
	if row%4 == 0 {
		return ""
	}
	return "s" + strconv.Itoa(row%20)
}
