package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/grafana/grafana-plugin-sdk-go/genproto/pluginv2"

	"grafana-plugin-protocol.test/peers/internal/values"
)

func (p *v2Plugin) admissionCases() []testCase {
	cases := []testCase{
		{"ValidateAdmission allowed", p.validateAllowed},
		{"ValidateAdmission denied", p.validateDenied},
	}
	for _, operation := range []pluginv2.AdmissionRequest_Operation{
		pluginv2.AdmissionRequest_CREATE, pluginv2.AdmissionRequest_UPDATE, pluginv2.AdmissionRequest_DELETE,
	} {
		cases = append(cases, testCase{fmt.Sprintf("MutateAdmission %s", operation), p.mutate(operation)})
	}
	return append(cases, testCase{"ConvertObjects", p.convert})
}

func admissionRequest(operation pluginv2.AdmissionRequest_Operation, object []byte) *pluginv2.AdmissionRequest {
	return &pluginv2.AdmissionRequest{
		PluginContext: values.PluginContext(),
		Operation:     operation,
		Kind:          &pluginv2.GroupVersionKind{Group: "g", Version: "v1", Kind: "K"},
		ObjectBytes:   object,
	}
}

func (p *v2Plugin) validateAllowed(ctx context.Context) error {
	got, err := p.admission.ValidateAdmission(ctx, admissionRequest(pluginv2.AdmissionRequest_CREATE, []byte("fine")))
	return errors.Join(err, same("allowed", true, got.GetAllowed()))
}

func (p *v2Plugin) validateDenied(ctx context.Context) error {
	got, err := p.admission.ValidateAdmission(ctx, admissionRequest(pluginv2.AdmissionRequest_CREATE, []byte("deny")))
	return errors.Join(err,
		same("allowed", false, got.GetAllowed()),
		same("result.status", "Failure", got.GetResult().GetStatus()),
		same("result.message", "denied", got.GetResult().GetMessage()),
		same("result.reason", "Fixture", got.GetResult().GetReason()),
		same("result.code", 403, got.GetResult().GetCode()),
		sameList("warnings", []string{"w1"}, got.GetWarnings()),
	)
}

func (p *v2Plugin) mutate(operation pluginv2.AdmissionRequest_Operation) func(context.Context) error {
	return func(ctx context.Context) error {
		got, err := p.admission.MutateAdmission(ctx, admissionRequest(operation, []byte(`{"a":"bc"}`)))
		return errors.Join(err,
			same("allowed", true, got.GetAllowed()),
			sameText("object_bytes", `{"A":"BC"}`, got.GetObjectBytes()),
			sameList("warnings", []string{operation.String() + " g/v1/K"}, got.GetWarnings()),
		)
	}
}

func (p *v2Plugin) convert(ctx context.Context) error {
	got, err := p.conversion.ConvertObjects(ctx, &pluginv2.ConversionRequest{
		PluginContext: values.PluginContext(),
		Uid:           "u-1",
		Objects: []*pluginv2.RawObject{
			{Raw: []byte(`{"a":1}`), ContentType: "application/json"},
			{Raw: []byte{0x00, 0xff}, ContentType: "application/octet-stream"},
		},
		TargetVersion: &pluginv2.GroupVersion{Group: "g", Version: "v2"},
	})
	if err := errors.Join(err, same("uid", "u-1", got.GetUid()), same("objects", 2, len(got.GetObjects()))); err != nil {
		return err
	}
	return errors.Join(
		sameText("objects[0].raw", `g/v2:{"a":1}`, got.Objects[0].Raw),
		same("objects[0].content_type", "application/json", got.Objects[0].ContentType),
		sameText("objects[1].raw", "g/v2:\x00\xff", got.Objects[1].Raw),
		same("objects[1].content_type", "application/octet-stream", got.Objects[1].ContentType),
	)
}
