package frames

import (
	"encoding/json"
	"errors"
	"fmt"

	"github.com/grafana/grafana-plugin-sdk-go/data"
)

// Read describes an encoded frame as the SDK reads it. A panic of the SDK becomes an error that starts with `panic: `.
func Read(format string, encoded []byte) (description *Description, err error) {
	defer func() {
		if cause := recover(); cause != nil {
			description, err = nil, fmt.Errorf("panic: %v", cause)
		}
	}()
	var frame *data.Frame
	switch format {
	case "arrow":
		frame, err = data.UnmarshalArrowFrame(encoded)
	case "json":
		frame, err = readJSON(encoded)
	default:
		err = fmt.Errorf("format must be arrow or json, got %q", format)
	}
	if err != nil {
		return nil, err
	}
	return Describe(frame)
}

// readJSON goes through encoding/json as a host does: it refuses invalid JSON before the SDK sees it.
func readJSON(encoded []byte) (*data.Frame, error) {
	var frame *data.Frame
	if _, ok := any(frame).(json.Unmarshaler); !ok {
		return nil, errors.New("this version of the SDK does not read frame JSON")
	}
	if err := json.Unmarshal(encoded, &frame); err != nil {
		return nil, err
	}
	if frame == nil {
		return nil, errors.New("the JSON is null, no frame")
	}
	return frame, nil
}
