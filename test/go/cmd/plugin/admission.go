package main

import (
	"bytes"
	"context"
	"fmt"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
)

func (f *fixture) ValidateAdmission(_ context.Context, req *backend.AdmissionRequest) (*backend.ValidationResponse, error) {
	if string(req.ObjectBytes) != "deny" {
		return &backend.ValidationResponse{Allowed: true}, nil
	}
	return &backend.ValidationResponse{
		Result:   &backend.StatusResult{Status: "Failure", Message: "denied", Reason: "Fixture", Code: 403},
		Warnings: []string{"w1"},
	}, nil
}

func (f *fixture) MutateAdmission(_ context.Context, req *backend.AdmissionRequest) (*backend.MutationResponse, error) {
	kind := req.Kind
	return &backend.MutationResponse{
		Allowed:     true,
		ObjectBytes: bytes.ToUpper(req.ObjectBytes),
		Warnings:    []string{fmt.Sprintf("%s %s/%s/%s", req.Operation, kind.Group, kind.Version, kind.Kind)},
	}, nil
}

func (f *fixture) ConvertObjects(_ context.Context, req *backend.ConversionRequest) (*backend.ConversionResponse, error) {
	out := &backend.ConversionResponse{UID: req.UID}
	for _, object := range req.Objects {
		prefix := fmt.Sprintf("%s/%s:", req.TargetVersion.Group, req.TargetVersion.Version)
		out.Objects = append(out.Objects, backend.RawObject{
			Raw:         append([]byte(prefix), object.Raw...),
			ContentType: object.ContentType,
		})
	}
	return out, nil
}
