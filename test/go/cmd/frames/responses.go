package main

import (
	"encoding/json"
	"errors"
	"fmt"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/grafana/grafana-plugin-sdk-go/genproto/pluginv2"

	"grafana-plugin-protocol.test/peers/internal/frames"
)

// A responseFile is one QueryDataResponse and what the SDK makes of it.
type responseFile struct {
	Responses map[string]responseInput `json:"responses"`
	// Body is json.Marshal of the response as a plugin built it.
	Body string `json:"body"`
	// Wire is the response as protobuf, by the format that the request asked for.
	Wire map[string]wireForm `json:"wire"`
}

type responseInput struct {
	Frames      [][]byte `json:"frames"` // Arrow in base64; null if there is no list
	Error       *string  `json:"error"`
	Status      int      `json:"status"`
	ErrorSource string   `json:"errorSource"`
}

type wireForm struct {
	Responses map[string]wireResponse `json:"responses"`
	// Body is json.Marshal of what a host read back.
	Body string `json:"body"`
}

type wireResponse struct {
	Error       string `json:"error"`
	Status      int32  `json:"status"`
	ErrorSource string `json:"errorSource"`
	Format      string `json:"format"`
	Frames      []any  `json:"frames"` // ARROW: descriptions; JSON: exact texts
}

func writeResponses(dir string) error {
	for _, c := range responseCases() {
		file, err := c.file()
		if err != nil {
			return fmt.Errorf("%s: %w", c.name, err)
		}
		if err := writeJSON(dir, c.name+".case.json", file); err != nil {
			return err
		}
	}
	return writeChunked(dir)
}

func (c *responseCase) file() (*responseFile, error) {
	out := &responseFile{Responses: map[string]responseInput{}, Wire: map[string]wireForm{}}
	for refID, response := range c.responses() {
		input, err := inputOf(response)
		if err != nil {
			return nil, err
		}
		out.Responses[refID] = *input
	}
	body, err := json.Marshal(&backend.QueryDataResponse{Responses: c.responses()})
	if err != nil {
		return nil, err
	}
	out.Body = string(body)
	for _, format := range []backend.DataFrameFormat{backend.DataFrameFormat_ARROW, backend.DataFrameFormat_JSON} {
		form, err := wireFormOf(format, &backend.QueryDataResponse{Responses: c.responses()})
		if err != nil {
			return nil, err
		}
		out.Wire[pluginv2.DataFrameFormat(format).String()] = *form
	}
	return out, nil
}

func inputOf(response backend.DataResponse) (*responseInput, error) {
	input := &responseInput{Status: int(response.Status), ErrorSource: string(response.ErrorSource)}
	if response.Error != nil {
		message := response.Error.Error()
		input.Error = &message
	}
	if response.Frames == nil {
		return input, nil
	}
	var err error
	input.Frames, err = response.Frames.MarshalArrow()
	return input, err
}

func wireFormOf(format backend.DataFrameFormat, response *backend.QueryDataResponse) (*wireForm, error) {
	sent, err := backend.ToProto().QueryDataResponse(format, response)
	if err != nil {
		return nil, err
	}
	received, err := backend.FromProto().QueryDataResponse(sent)
	if err != nil {
		return nil, err
	}
	body, err := json.Marshal(received)
	if err != nil {
		return nil, err
	}
	form := &wireForm{Responses: map[string]wireResponse{}, Body: string(body)}
	for refID, r := range sent.Responses {
		encoded, err := readable(r.Format, r.Frames...)
		if err != nil {
			return nil, err
		}
		form.Responses[refID] = wireResponse{
			Error: r.Error, Status: r.Status, ErrorSource: r.ErrorSource, Format: r.Format.String(), Frames: encoded,
		}
	}
	return form, nil
}

// readable shows frame JSON as it is, and describes Arrow.
func readable(format pluginv2.DataFrameFormat, encoded ...[]byte) ([]any, error) {
	out := []any{}
	for _, one := range encoded {
		switch format {
		case pluginv2.DataFrameFormat_JSON:
			out = append(out, string(one))
		case pluginv2.DataFrameFormat_ARROW:
			description, err := frames.Read("arrow", one)
			if err != nil {
				return nil, err
			}
			out = append(out, description)
		default:
			return nil, errors.New("unknown format " + format.String())
		}
	}
	return out, nil
}
