package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"

	"grafana-plugin-protocol.test/peers/internal/frames"
)

// differences says in words how read is not written: nothing if they are equal.
func differences(written, read *frames.Description) []string {
	var out []string
	compare(&out, "name", written.Name, read.Name)
	compare(&out, "refId", written.RefID, read.RefID)
	compare(&out, "meta", canonicalJSON(written.Meta), canonicalJSON(read.Meta))
	compare(&out, "number of fields", len(written.Fields), len(read.Fields))
	if len(written.Fields) != len(read.Fields) {
		return out
	}
	for i := range written.Fields {
		out = append(out, fieldDifferences(fmt.Sprintf("field %d", i), &written.Fields[i], &read.Fields[i])...)
	}
	return out
}

func fieldDifferences(at string, written, read *frames.Field) []string {
	var out []string
	compare(&out, at+", name", written.Name, read.Name)
	compare(&out, at+", kind", written.Kind, read.Kind)
	compare(&out, at+", nullable", written.Nullable, read.Nullable)
	compare(&out, at+", config", canonicalJSON(written.Config), canonicalJSON(read.Config))
	compare(&out, at+", labels are nil", written.Labels == nil, read.Labels == nil)
	if !maps.Equal(written.Labels, read.Labels) {
		out = append(out, fmt.Sprintf("%s, labels: wrote %v, read %v", at, written.Labels, read.Labels))
	}
	compare(&out, at+", rows", len(written.Values), len(read.Values))
	if len(written.Values) != len(read.Values) {
		return out
	}
	for row := range written.Values {
		w, r := written.Values[row], read.Values[row]
		if text(w) == text(r) {
			continue
		}
		reason := fmt.Sprintf("%s: %s", at, valueReason(written.Kind, w, r))
		if !slices.Contains(out, reason) {
			out = append(out, reason)
		}
	}
	return out
}

func compare[T comparable](out *[]string, at string, written, read T) {
	if written != read {
		*out = append(*out, fmt.Sprintf("%s: wrote %v, read %v", at, written, read))
	}
}

// valueReason names the known losses of frame JSON, so that a new one stands out by its values.
func valueReason(kind string, written, read *string) string {
	switch {
	case kind == "json" && written == nil && read != nil && *read == "":
		return "a null becomes an empty text"
	case kind == "json" && written != nil && *written == "null":
		return "the JSON text null becomes " + text(read)
	case kind == "json" && written != nil && *written == "":
		return "an empty JSON text becomes " + text(read)
	case written != nil && read != nil && isNaN(kind, *written) && isNaN(kind, *read):
		return "a NaN loses its sign and payload"
	}
	return fmt.Sprintf("wrote %s, read %s", text(written), text(read))
}

func isNaN(kind, hex string) bool {
	bits, err := strconv.ParseUint(hex, 16, 64)
	switch {
	case err != nil:
		return false
	case kind == "float32":
		return math.IsNaN(float64(math.Float32frombits(uint32(bits))))
	}
	return kind == "float64" && math.IsNaN(math.Float64frombits(bits))
}

// text quotes a value, so that no value looks like nil.
func text(value *string) string {
	if value == nil {
		return "null"
	}
	return strconv.Quote(*value)
}

// canonicalJSON sorts keys and keeps the spelling of numbers.
func canonicalJSON(raw json.RawMessage) string {
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.UseNumber()
	var value any
	if err := decoder.Decode(&value); err != nil {
		return "no JSON: " + string(raw)
	}
	out, err := json.Marshal(value)
	if err != nil {
		panic(err) // what was decoded has a JSON form
	}
	return string(out)
}
