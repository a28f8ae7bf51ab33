package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"

	"github.com/grafana/grafana-plugin-sdk-go/genproto/pluginv2"

	"grafana-plugin-protocol.test/peers/internal/values"
)

// large leaves room for the rest of the message below the 16 MiB that an SDK plugin takes.
const large = 15 << 20

func (p *v2Plugin) largeCases() []testCase {
	return []testCase{
		{"15 MiB request QueryData", p.largeQuery},
		{"15 MiB request and response MutateAdmission", p.largeMutation},
		{"15 MiB response QueryData (ARROW)", p.largeFrame(asArrow)},
		{"15 MiB response QueryData (JSON)", p.largeFrame(asJSON)},
		{"15 MiB response CallResource", p.largeResource},
	}
}

// largeQuery sends a key that the fixture ignores.
func (p *v2Plugin) largeQuery(ctx context.Context) error {
	query := fmt.Sprintf(`{"do":"bytes","bytes":3,"padding":"%s"}`, bytes.Repeat([]byte("x"), large))
	got, err := p.query(ctx, asArrow, values.Query("A", query))
	if err != nil {
		return err
	}
	text, err := onlyText(got["A"], "bytes")
	return errors.Join(err, same("value", "xxx", text))
}

func (p *v2Plugin) largeMutation(ctx context.Context) error {
	object := bytes.Repeat([]byte("x"), large)
	got, err := p.admission.MutateAdmission(ctx, admissionRequest(pluginv2.AdmissionRequest_UPDATE, object))
	return errors.Join(err, sameFill("object_bytes", large, 'X', got.GetObjectBytes()))
}

func (p *v2Plugin) largeFrame(format pluginv2.DataFrameFormat) func(context.Context) error {
	return func(ctx context.Context) error {
		got, err := p.query(ctx, format, values.Query("A", fmt.Sprintf(`{"do":"bytes","bytes":%d}`, large)))
		if err != nil {
			return err
		}
		text, err := onlyText(got["A"], "bytes")
		return errors.Join(err, sameFill("value", large, 'x', []byte(text)))
	}
}

func (p *v2Plugin) largeResource(ctx context.Context) error {
	got, err := p.wholeResource(ctx, resourceRequest("bytes", fmt.Sprintf("bytes?n=%d", large)))
	return errors.Join(err, same("code", 200, got.GetCode()), sameFill("body", large, 'x', got.GetBody()))
}
