package main

import (
	"errors"
	"io"
	"net/http"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
)

// callResource passes a request on to the plugin, and its answer back message by message.
func (a *api) callResource(w http.ResponseWriter, r *http.Request) {
	if r.PathValue("uid") != sourceUID {
		http.NotFound(w, r)
		return
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		fail(w, http.StatusBadRequest, err)
		return
	}
	headers := r.Header.Clone()
	for _, name := range []string{"Authorization", "Cookie", "Origin", "Referer", "X-Forwarded-Host", "X-Forwarded-Port", "X-Forwarded-Proto", "Connection"} {
		headers.Del(name)
	}
	headers.Add("X-Forwarded-For", r.RemoteAddr)
	req := &backend.CallResourceRequest{
		PluginContext: a.pluginContext(), Path: r.PathValue("rest"), Method: r.Method, URL: r.PathValue("rest") + "?" + r.URL.RawQuery,
		Headers: headers, Body: body,
	}
	stream, err := a.resource.CallResource(r.Context(), backend.ToProto().CallResourceRequest(req))
	a.count("callResource", err)
	if err != nil {
		fail(w, http.StatusInternalServerError, err)
		return
	}
	flusher := http.NewResponseController(w)
	for first := true; ; first = false {
		part, err := stream.Recv()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			panic(http.ErrAbortHandler)
		}
		if first {
			for name, list := range part.Headers {
				for _, value := range list.Values {
					w.Header().Add(name, value)
				}
			}
			w.Header().Set("Content-Security-Policy", "sandbox")
			w.WriteHeader(int(part.Code))
		}
		if _, err := w.Write(part.Body); err != nil {
			return
		}
		if flusher.Flush() != nil {
			return
		}
	}
}
