package main

import (
	"bytes"

	"github.com/hashicorp/go-plugin"
	"google.golang.org/protobuf/reflect/protoreflect"

	"grafana-plugin-protocol.test/peers/internal/canonical"
	"grafana-plugin-protocol.test/peers/internal/dynamic"
	"grafana-plugin-protocol.test/peers/internal/image"
)

type (
	fullName = protoreflect.FullName
	handlers = map[protoreflect.Name]dynamicHandler
)

// extensionPlugins are the services that stand beside those of pluginv2 in handshake version 2.
func extensionPlugins(imagePath string) (plugin.PluginSet, error) {
	img, err := image.Load(imagePath)
	if err != nil {
		return nil, err
	}
	set := plugin.PluginSet{}
	for key, extension := range map[string]struct {
		service  fullName
		handlers handlers
	}{
		"renderer":   {"pluginextensionv2.Renderer", handlers{"Render": render, "RenderCSV": renderCSV}},
		"sanitizer":  {"pluginextensionv2.Sanitizer", handlers{"Sanitize": sanitize}},
		"v3-admit":   {"grafana.plugin.v3.AdmissionService", handlers{"AdmissionReview": admissionReview}},
		"v3-convert": {"grafana.plugin.v3.ConversionService", handlers{"ConvertObjects": convertObjects}},
		"v3-route":   {"grafana.plugin.v3.RouteService", handlers{"CallRoute": callRoute}},
	} {
		service, err := img.Service(extension.service)
		if err != nil {
			return nil, err
		}
		set[key] = &dynamicPlugin{service: service, handlers: extension.handlers}
	}
	return set, nil
}

func render(req protoreflect.Message) []canonical.Object {
	switch url := dynamic.Get(req, "url").String(); url {
	case "fail":
		return one(canonical.Object{"error": "bad url"})
	case "echo":
		headers := canonical.Object{}
		dynamic.Get(req, "headers").Map().Range(func(key protoreflect.MapKey, list protoreflect.Value) bool {
			headers[key.String()] = texts(dynamic.Get(list.Message(), "values").List())
			return true
		})
		return one(canonical.Object{"error": string(canonical.JSON(canonical.Object{
			"deviceScaleFactor": dynamic.Get(req, "deviceScaleFactor").Float(),
			"headers":           headers,
			"height":            canonical.Int(dynamic.Get(req, "height").Int()),
			"url":               url,
			"width":             canonical.Int(dynamic.Get(req, "width").Int()),
		}))})
	default:
		return one(canonical.Object{})
	}
}

func renderCSV(req protoreflect.Message) []canonical.Object {
	if dynamic.Get(req, "url").String() == "fail" {
		return one(canonical.Object{"error": "bad url", "fileName": "fixture.csv"})
	}
	return one(canonical.Object{"fileName": "fixture.csv"})
}

func sanitize(req protoreflect.Message) []canonical.Object {
	answer := canonical.Object{"sanitized": bytes.ToUpper(dynamic.Get(req, "content").Bytes())}
	if dynamic.Get(req, "configType").String() == "fail" {
		answer["error"] = "bad config"
	}
	return one(answer)
}

func admissionReview(req protoreflect.Message) []canonical.Object {
	values := req.Descriptor().Fields().ByName("operation").Enum().Values()
	operation := values.ByNumber(dynamic.Get(req, "operation").Enum())
	return one(canonical.Object{
		"allowed":      true,
		"object_bytes": dynamic.Get(req, "object_bytes").Bytes(),
		"warnings":     []string{string(operation.Name())},
	})
}

func convertObjects(req protoreflect.Message) []canonical.Object {
	prefix := dynamic.Get(req, "target_version").String() + ":"
	converted := []canonical.Object{}
	objects := dynamic.Get(req, "objects").List()
	for i := range objects.Len() {
		raw := dynamic.Get(objects.Get(i).Message(), "raw").Bytes()
		converted = append(converted, canonical.Object{"raw": append([]byte(prefix), raw...)})
	}
	return one(canonical.Object{"uid": dynamic.Get(req, "uid").String(), "converted": converted})
}

func callRoute(req protoreflect.Message) []canonical.Object {
	route := []string{dynamic.Get(req, "method").String(), dynamic.Get(req, "path").String()}
	return []canonical.Object{
		{
			"code":    200,
			"headers": canonical.Object{"X-Route": canonical.Object{"values": route}},
			"body":    dynamic.Get(req, "body").Bytes(),
		},
		{"body": []byte("end")},
	}
}

func one(answer canonical.Object) []canonical.Object {
	return []canonical.Object{answer}
}

func texts(list protoreflect.List) []string {
	out := []string{}
	for i := range list.Len() {
		out = append(out, list.Get(i).String())
	}
	return out
}
