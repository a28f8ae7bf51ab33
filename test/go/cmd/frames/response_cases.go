package main

import (
	"errors"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/grafana/grafana-plugin-sdk-go/data"
)

// responses is called for each use, because converting to protobuf fills the refIds of the frames in place.
type responseCase struct {
	name      string
	responses func() backend.Responses
}

func responseCases() []responseCase {
	one := func(name string, response func() backend.DataResponse) responseCase {
		return responseCase{name, func() backend.Responses { return backend.Responses{"A": response()} }}
	}
	return []responseCase{
		{"none", func() backend.Responses { return backend.Responses{} }},
		one("empty", func() backend.DataResponse { return backend.DataResponse{} }),
		one("frames-none", func() backend.DataResponse { return backend.DataResponse{Frames: data.Frames{}} }),
		one("frames-one", func() backend.DataResponse { return backend.DataResponse{Frames: data.Frames{small("one")}} }),
		one("frames-several", func() backend.DataResponse {
			return backend.DataResponse{Status: backend.StatusOK, Frames: data.Frames{small("one"), data.NewFrame(""), wideFrame()}}
		}),
		one("frames-with-refid", func() backend.DataResponse {
			return backend.DataResponse{Frames: data.Frames{small("other").SetRefID("other"), small("own")}}
		}),
		one("frames-odd-texts", func() backend.DataResponse { return backend.DataResponse{Frames: data.Frames{oddTexts()}} }),
		one("status-created", func() backend.DataResponse {
			return backend.DataResponse{Status: 201, Frames: data.Frames{small("one")}}
		}),
		one("status-error-without-error", func() backend.DataResponse { return backend.DataResponse{Status: backend.StatusNotFound} }),
		one("status-too-small", func() backend.DataResponse { return backend.DataResponse{Status: 99} }),
		one("status-too-large", func() backend.DataResponse { return backend.DataResponse{Status: 600} }),
		one("status-negative", func() backend.DataResponse { return backend.DataResponse{Status: -1} }),
		one("error", func() backend.DataResponse { return backend.DataResponse{Error: errors.New("boom")} }),
		one("error-status", func() backend.DataResponse { return backend.ErrDataResponse(backend.StatusBadRequest, "boom") }),
		one("error-status-invalid", func() backend.DataResponse {
			return backend.DataResponse{Error: errors.New("boom"), Status: 1000, ErrorSource: backend.ErrorSourcePlugin}
		}),
		one("error-status-ok", func() backend.DataResponse {
			return backend.DataResponse{Error: errors.New("boom"), Status: backend.StatusOK}
		}),
		one("error-downstream", func() backend.DataResponse {
			return backend.ErrDataResponseWithSource(backend.StatusBadGateway, backend.ErrorSourceDownstream, "upstream said \"no\" & <left>\n🙂")
		}),
		one("error-source-without-error", func() backend.DataResponse {
			return backend.DataResponse{ErrorSource: backend.ErrorSourceDownstream, Frames: data.Frames{small("one")}}
		}),
		one("error-empty-text", func() backend.DataResponse { return backend.DataResponse{Error: errors.New("")} }),
		one("error-with-frames", func() backend.DataResponse {
			r := backend.ErrDataResponseWithSource(backend.StatusTimeout, backend.ErrorSourceDownstream, "partial")
			r.Frames = data.Frames{small("one")}
			return r
		}),
		{"several-refids", func() backend.Responses {
			return backend.Responses{
				"B":  {Frames: data.Frames{small("b")}},
				"A":  backend.ErrDataResponseWithSource(backend.StatusForbidden, backend.ErrorSourcePlugin, "forbidden"),
				"10": {Frames: data.Frames{small("ten")}},
				"9":  {},
				"a":  {Status: backend.StatusOK, Frames: data.Frames{}},
			}
		}},
		{"odd-refids", func() backend.Responses {
			return backend.Responses{
				"": {}, "<A&B>": {Frames: data.Frames{small("html")}}, "größe \"1\"": {}, "\uff5e": {}, "🙂": {}, "__proto__": {}, "\x00\u2028": {},
			}
		}},
	}
}

func small(name string) *data.Frame {
	return data.NewFrame(name, newField("time", nanoseconds(1700000000123456789), nil), labelled("value", data.Labels{"host": "a"}, 1.5))
}

func wideFrame() *data.Frame {
	frame := data.NewFrame("all kinds")
	for _, k := range kinds {
		frame.Fields = append(frame.Fields, k.rows(k.name, 3, func(row int) bool { return row == 1 }))
	}
	return frame.SetMeta(fullMeta())
}

// oddTexts has what JSON may escape in several ways, at each place of a frame.
func oddTexts() *data.Frame {
	odd := "<&>\u2028\u2029\x00\x7f\"\\/\b\f\n\r\tü🙂"
	field := data.NewField(odd, data.Labels{odd: odd}, []string{odd}).SetConfig(&data.FieldConfig{Unit: odd})
	return data.NewFrame(odd, field).SetMeta(&data.FrameMeta{ExecutedQueryString: odd})
}
