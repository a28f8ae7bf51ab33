package main

import (
	"fmt"

	"google.golang.org/grpc"

	"grafana-plugin-protocol.test/peers/internal/canonical"
	"grafana-plugin-protocol.test/peers/internal/image"
)

type object = canonical.Object

var (
	renderRPC          = rpc{"pluginextensionv2.Renderer", "Render"}
	renderCSVRPC       = rpc{"pluginextensionv2.Renderer", "RenderCSV"}
	sanitizeRPC        = rpc{"pluginextensionv2.Sanitizer", "Sanitize"}
	admissionReviewRPC = rpc{"grafana.plugin.v3.AdmissionService", "AdmissionReview"}
	convertV3RPC       = rpc{"grafana.plugin.v3.ConversionService", "ConvertObjects"}
	callRouteRPC       = rpc{"grafana.plugin.v3.RouteService", "CallRoute"}
)

var extensionRPCs = []rpc{renderRPC, renderCSVRPC, sanitizeRPC, admissionReviewRPC, convertV3RPC, callRouteRPC}

func extensionCases(conn *grpc.ClientConn, path string) ([]testCase, error) {
	img, err := image.Load(path)
	if err != nil {
		return nil, err
	}
	e := extensions{conn: conn, image: img}
	return append(e.v2Cases(), e.v3Cases()...), nil
}

func (e extensions) v2Cases() []testCase {
	content := []byte("<svg>ab</svg>")
	return []testCase{
		{"Renderer.Render", e.call(renderRPC, object{"url": "http://example.invalid"}, are(object{}))},
		{"Renderer.Render fail", e.call(renderRPC, object{"url": "fail"}, hasError("bad url"))},
		{"Renderer.Render echo", e.call(renderRPC, object{
			"url":               "echo",
			"width":             640,
			"height":            480,
			"deviceScaleFactor": 1.5,
			"headers":           object{"Accept-Language": object{"values": []string{"de", "en"}}},
		}, hasError(string(canonical.JSON(object{
			"deviceScaleFactor": 1.5,
			"headers":           object{"Accept-Language": []string{"de", "en"}},
			"height":            "480",
			"url":               "echo",
			"width":             "640",
		}))))},
		{"Renderer.RenderCSV", e.call(renderCSVRPC, object{"url": "http://example.invalid"},
			are(object{"fileName": "fixture.csv"}))},
		{"Renderer.RenderCSV fail", e.call(renderCSVRPC, object{"url": "fail"}, hasError("bad url"))},
		{"Sanitizer.Sanitize", e.call(sanitizeRPC, object{"filename": "a.svg", "content": content, "configType": "DOMPurify"},
			are(object{"sanitized": []byte("<SVG>AB</SVG>")}))},
		{"Sanitizer.Sanitize fail", e.call(sanitizeRPC, object{"content": content, "configType": "fail"}, hasError("bad config"))},
	}
}

func (e extensions) v3Cases() []testCase {
	var cases []testCase
	for _, operation := range []string{"OPERATION_CREATE", "OPERATION_UPDATE", "OPERATION_DELETE"} {
		cases = append(cases, testCase{fmt.Sprintf("v3 AdmissionReview %s", operation), e.call(admissionReviewRPC, object{
			"operation":    operation,
			"kind":         object{"group": "g", "version": "v1", "kind": "K"},
			"object_bytes": []byte{0x00, 0xff},
		}, are(object{"allowed": true, "object_bytes": []byte{0x00, 0xff}, "warnings": []string{operation}}))})
	}
	return append(cases,
		testCase{"v3 ConvertObjects", e.call(convertV3RPC, object{
			"api":            object{"group": "g", "version": "v1"},
			"uid":            "u-1",
			"objects":        []object{{"raw": []byte("a")}, {"raw": []byte("b")}},
			"target_version": "v2",
		}, are(object{"uid": "u-1", "converted": []object{{"raw": []byte("v2:a")}, {"raw": []byte("v2:b")}}}))},
		testCase{"v3 CallRoute", e.call(callRouteRPC, object{
			"group":   "g",
			"version": "v1",
			"path":    "a/b",
			"method":  "POST",
			"url":     "a/b?x=1",
			"body":    []byte("body"),
		}, are(
			object{
				"code":    200,
				"headers": object{"X-Route": object{"values": []string{"POST", "a/b"}}},
				"body":    []byte("body"),
			},
			object{"body": []byte("end")},
		))},
	)
}
