package main

import (
	"errors"
	"fmt"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/grafana/grafana-plugin-sdk-go/data"
	"github.com/grafana/grafana-plugin-sdk-go/genproto/pluginv2"

	"grafana-plugin-protocol.test/peers/internal/canonical"
	"grafana-plugin-protocol.test/peers/internal/values"
)

func sameEcho(refID string, format pluginv2.DataFrameFormat, got backend.DataResponse) error {
	text, err := onlyText(got, "echo")
	if err != nil {
		return err
	}
	return sameText("echo", string(canonical.JSON(canonical.Object{
		"format":        format.String(),
		"from":          canonical.Int(values.FromMs),
		"headers":       values.Headers(),
		"intervalMs":    canonical.Int(values.IntervalMs),
		"login":         "ada",
		"maxDataPoints": canonical.Int(values.MaxDataPoints),
		"orgId":         "7",
		"queryType":     "interop",
		"refId":         refID,
		"secret":        "s3cret",
		"to":            canonical.Int(values.ToMs),
		"uid":           "ds-1",
	})), []byte(text))
}

// onlyText is the one value of a frame with one string field `value` and one row.
func onlyText(got backend.DataResponse, name string) (string, error) {
	frame, err := onlyFrame(got, name)
	if err != nil {
		return "", err
	}
	if err := sameFields(frame, field{"value", data.FieldTypeString}); err != nil {
		return "", err
	}
	if err := same("rows", 1, frame.Rows()); err != nil {
		return "", err
	}
	return concrete[string](frame.Fields[0], 0)
}

func onlyFrame(got backend.DataResponse, name string) (*data.Frame, error) {
	if got.Error != nil {
		return nil, got.Error
	}
	if err := errors.Join(same("status", backend.StatusOK, got.Status), same("frames", 1, len(got.Frames))); err != nil {
		return nil, err
	}
	return got.Frames[0], same("frame name", name, got.Frames[0].Name)
}

func sameFailure(got backend.DataResponse) error {
	if got.Error == nil {
		return errors.New("expected the error boom, got none")
	}
	return errors.Join(
		same("status", backend.StatusBadRequest, got.Status),
		same("error", "boom", got.Error.Error()),
		same("errorSource", backend.ErrorSourceDownstream, got.ErrorSource),
		same("frames", 0, len(got.Frames)),
	)
}

func sameSeriesResponse(got backend.DataResponse, rows int) error {
	frame, err := onlyFrame(got, "series")
	if err != nil {
		return err
	}
	return sameSeries(frame, 0, rows)
}

// sameSeries expects the rows first, first+1, … of the fixture's series.
func sameSeries(frame *data.Frame, first, rows int) error {
	err := sameFields(frame,
		field{"time", data.FieldTypeTime}, field{"value", data.FieldTypeFloat64}, field{"place", data.FieldTypeString})
	if err != nil {
		return err
	}
	if err := same("rows", rows, frame.Rows()); err != nil {
		return err
	}
	for row := range rows {
		i := first + row
		at, errAt := concrete[time.Time](frame.Fields[0], row)
		value, errValue := concrete[float64](frame.Fields[1], row)
		place, errPlace := concrete[string](frame.Fields[2], row)
		if err := errors.Join(errAt, errValue, errPlace,
			same("time in ns", (values.FromMs+int64(i)*values.IntervalMs)*int64(time.Millisecond), at.UnixNano()),
			same("value", float64(i)*0.5, value),
			same("place", fmt.Sprintf("p%d", i%2), place),
		); err != nil {
			return fmt.Errorf("row %d: %w", i, err)
		}
	}
	return nil
}

type field struct {
	name string
	kind data.FieldType
}

// sameFields takes nullable fields, too: a plugin may say that no value is missing, or not.
func sameFields(frame *data.Frame, want ...field) error {
	got := []field{}
	for _, f := range frame.Fields {
		got = append(got, field{f.Name, f.Type().NonNullableType()})
	}
	return sameList("fields", want, got)
}

func concrete[T any](f *data.Field, row int) (T, error) {
	raw, ok := f.ConcreteAt(row)
	value, isT := raw.(T)
	if !ok || !isT {
		return value, fmt.Errorf("%s[%d]: expected a %T, got %v", f.Name, row, value, raw)
	}
	return value, nil
}
