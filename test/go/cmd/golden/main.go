// Command golden writes golden files by the SDK's CheckGoldenJSONResponse, and checks files that others wrote by it.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"math"
	"os"
	"testing"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/grafana/grafana-plugin-sdk-go/data"
	"github.com/grafana/grafana-plugin-sdk-go/experimental"
)

const usage = `usage:
  golden write DIR   writes the file of each case, NAME.golden.jsonc
  golden check DIR   says of each case whether the file has its response: a line of JSON a case, on stderr
`

type goldenCase struct {
	name     string
	response *backend.DataResponse
}

func cases() []goldenCase {
	start := time.Date(2026, 1, 1, 0, 0, 0, 123_456_789, time.UTC)
	times := []time.Time{start, start.Add(time.Minute)}
	text, number := "b", int64(math.MaxInt64)
	frame := func(name string, fields ...*data.Field) *data.Frame { return data.NewFrame(name, fields...) }
	answer := func(frames ...*data.Frame) *backend.DataResponse { return &backend.DataResponse{Frames: frames} }
	series := frame("series",
		data.NewField("time", nil, times),
		data.NewField("value", data.Labels{"host": "a<b>", "dc": "eu"}, []float64{1.5, math.Inf(1)}).SetConfig(&data.FieldConfig{Unit: "s"}),
		data.NewField("value", data.Labels{"host": "c"}, []*float64{nil, pointer(math.NaN())}))
	series.SetMeta(&data.FrameMeta{
		Type: data.FrameTypeTimeSeriesWide, TypeVersion: data.FrameTypeVersion{0, 1}, ExecutedQueryString: "select 1 < 2",
		Notices: []data.Notice{{Severity: data.NoticeSeverityWarning, Text: "slow"}},
		Custom:  map[string]any{"a": []int{1, 2}},
	})
	series.RefID = "A"
	return []goldenCase{
		{"series", answer(series)},
		{"kinds", answer(frame("kinds",
			data.NewField("text", nil, []*string{nil, &text}),
			data.NewField("bool", nil, []bool{true, false}),
			data.NewField("int64", nil, []*int64{&number, nil}),
			data.NewField("uint64", nil, []uint64{math.MaxUint64, 0}),
			data.NewField("int8", nil, []int8{-128, 127}),
			data.NewField("float32", nil, []float32{0.1, 1e-7}),
			data.NewField("json", nil, []json.RawMessage{json.RawMessage(`{"a":[1,"x"]}`), json.RawMessage(`null`)}),
			data.NewField("enum", nil, []data.EnumItemIndex{0, 1})))},
		{"several-frames", answer(frame("a", data.NewField("v", nil, []int32{1})), frame("b", data.NewField("v", nil, []int32{2})))},
		{"no-fields", answer(frame("empty"))},
		{"no-rows", answer(frame("none", data.NewField("v", nil, []float64{})))},
		{"no-frames", answer([]*data.Frame{}...)},
		{"status", &backend.DataResponse{Status: 207, Frames: data.Frames{frame("", data.NewField("", nil, []string{"multi\nline", "tab\there"}))}}},
	}
}

func pointer[T any](v T) *T { return &v }

func main() {
	testing.Init()
	flag.Parse()
	if flag.NArg() != 2 || (flag.Arg(0) != "write" && flag.Arg(0) != "check") {
		fmt.Fprint(os.Stderr, usage)
		os.Exit(2)
	}
	isWriting, dir := flag.Arg(0) == "write", flag.Arg(1)
	var tests []testing.InternalTest
	for _, c := range cases() {
		if isWriting {
			os.Remove(dir + "/" + c.name + ".golden.jsonc")
		}
		tests = append(tests, testing.InternalTest{Name: c.name, F: func(t *testing.T) {
			t.Cleanup(func() { json.NewEncoder(os.Stderr).Encode(map[string]any{"name": c.name, "ok": !t.Failed()}) })
			experimental.CheckGoldenJSONResponse(t, dir, c.name+".golden", c.response, isWriting)
		}})
	}
	// The SDK takes nothing but a testing.T, and a test has to be run for one.
	testing.Main(func(_, _ string) (bool, error) { return true, nil }, tests, nil, nil)
}
