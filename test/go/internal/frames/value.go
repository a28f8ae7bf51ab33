package frames

import (
	"encoding/json"
	"fmt"
	"math"
	"reflect"
	"strconv"
	"time"
)

// valueText gives integers and enums in decimal, floats as their IEEE bits in hexadecimal (NaN keeps its payload, zero its
// sign), times as decimal nanoseconds since 1970, bools as true or false, strings and JSON as they are.
//
// A time that int64 nanoseconds cannot hold wraps around, as it does when the SDK writes Arrow.
func valueText(value any) (string, error) {
	switch v := value.(type) {
	case time.Time:
		return strconv.FormatInt(v.UnixNano(), 10), nil
	case json.RawMessage:
		return string(v), nil
	case float32:
		return fmt.Sprintf("%08x", math.Float32bits(v)), nil
	case float64:
		return fmt.Sprintf("%016x", math.Float64bits(v)), nil
	}
	// Enum indices have a type of their own, which old versions of the SDK lack.
	switch v := reflect.ValueOf(value); v.Kind() {
	case reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return strconv.FormatInt(v.Int(), 10), nil
	case reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return strconv.FormatUint(v.Uint(), 10), nil
	case reflect.String:
		return v.String(), nil
	case reflect.Bool:
		return strconv.FormatBool(v.Bool()), nil
	}
	return "", fmt.Errorf("unknown type %T", value)
}
