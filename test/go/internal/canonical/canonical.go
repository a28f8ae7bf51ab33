// Package canonical writes the JSON that the interop cases compare as text.
package canonical

import (
	"bytes"
	"encoding/json"
	"strconv"
)

// Object is one JSON object. Integers of 64 bits are put in with Int, bytes as they are.
type Object map[string]any

// JSON gives o with sorted keys and without white space; bytes become standard base64.
// Only <, > and & need care: Go would escape them, JSON.stringify does not.
func JSON(o Object) []byte {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(o); err != nil {
		panic(err) // a value that has no JSON form is a defect of the caller
	}
	return bytes.TrimSuffix(out.Bytes(), []byte("\n"))
}

// Int gives a 64-bit integer as the decimal string that stands for it.
func Int(n int64) string {
	return strconv.FormatInt(n, 10)
}
