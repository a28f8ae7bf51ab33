package main

import (
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/grafana/grafana-plugin-sdk-go/backend/useragent"
	"github.com/grafana/grafana-plugin-sdk-go/config"
	"github.com/prometheus/client_golang/prometheus"
)

// The one data source.
const (
	sourceUID  = "weather-1"
	sourceType = "bench-datasource"
)

// api answers as Grafana does: it parses the body, builds the context of the plugin, calls it, decodes the frames and
// writes JSON. It counts requests and calls, and does nothing else of what a Grafana does.
type api struct {
	*host
	config    *config.GrafanaCfg
	agent     *useragent.UserAgent
	source    backend.DataSourceInstanceSettings
	requests  *prometheus.HistogramVec
	calls     *prometheus.CounterVec
	forwarded []string
}

// serveGateway prints its URL, and ends when stdin does.
func serveGateway(command []string) error {
	if len(command) == 0 {
		return errors.New("expected the command of a plugin, got none")
	}
	h, err := startHost(command)
	if err != nil {
		return err
	}
	defer h.client.Kill()
	a, err := newAPI(h)
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	server := &http.Server{Handler: a.routes()}
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		_ = server.Close()
	}()
	fmt.Printf("http://%s\n", listener.Addr())
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

func newAPI(h *host) (*api, error) {
	agent, err := useragent.New("12.4.0", "linux", "amd64")
	if err != nil {
		return nil, err
	}
	a := &api{
		host:  h,
		agent: agent,
		config: config.NewGrafanaCfg(map[string]string{
			"GF_CONCURRENT_QUERY_COUNT":                "10",
			"GF_SQL_MAX_CONN_LIFETIME_SECONDS_DEFAULT": "14400",
			"GF_SQL_MAX_IDLE_CONNS_DEFAULT":            "100",
			"GF_SQL_MAX_OPEN_CONNS_DEFAULT":            "100",
			"GF_SQL_ROW_LIMIT":                         "1000000",
		}),
		source: backend.DataSourceInstanceSettings{
			ID: 1, UID: sourceUID, Type: sourceType, Name: "Weather", URL: "https://weather.example",
			JSONData:                []byte(`{"httpMethod":"POST","timeout":30,"tlsAuth":false}`),
			DecryptedSecureJSONData: map[string]string{"apiKey": "a key of some length"},
			Updated:                 time.Now(),
		},
		requests: prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "http_request_duration_seconds"}, []string{"route", "method", "code"}),
		calls:    prometheus.NewCounterVec(prometheus.CounterOpts{Name: "plugin_calls_total"}, []string{"plugin_id", "endpoint", "status"}),
		forwarded: []string{
			"X-Cache-Skip", "X-Dashboard-Title", "X-Dashboard-Uid", "X-Datasource-Uid", "X-Grafana-From-Expr", "X-Panel-Id",
			"X-Panel-Plugin-Id", "X-Panel-Title", "X-Plugin-Id", "X-Query-Group-Id",
		},
	}
	return a, errors.Join(prometheus.Register(a.requests), prometheus.Register(a.calls))
}

func (a *api) routes() http.Handler {
	mux := http.NewServeMux()
	handle := func(pattern string, answer http.HandlerFunc) {
		mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
			began := time.Now()
			watched := &watchedWriter{ResponseWriter: w, code: http.StatusOK}
			answer(watched, r)
			a.requests.WithLabelValues(pattern, r.Method, http.StatusText(watched.code)).Observe(time.Since(began).Seconds())
		})
	}
	handle("POST /api/ds/query", a.query)
	handle("/api/datasources/uid/{uid}/resources/{rest...}", a.callResource)
	handle("POST /apis/{group}/v0alpha1/namespaces/default/datasources/{uid}/query", a.chunks)
	return mux
}

// watchedWriter keeps the status for the metrics.
type watchedWriter struct {
	http.ResponseWriter
	code int
}

func (w *watchedWriter) WriteHeader(code int) {
	w.code = code
	w.ResponseWriter.WriteHeader(code)
}

func (w *watchedWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

func (a *api) pluginContext() backend.PluginContext {
	source := a.source
	return backend.PluginContext{
		OrgID: 1, PluginID: sourceType, PluginVersion: "1.0.0", Namespace: "default",
		DataSourceInstanceSettings: &source, GrafanaConfig: a.config, UserAgent: a.agent,
	}
}

func (a *api) headers(r *http.Request) map[string]string {
	headers := map[string]string{}
	for _, name := range a.forwarded {
		if value := r.Header.Get(name); value != "" {
			headers["http_"+name] = value
		}
	}
	return headers
}

// count counts the outcome of a call of the plugin.
func (a *api) count(endpoint string, err error) {
	status := "ok"
	if err != nil {
		status = "error"
	}
	a.calls.WithLabelValues(sourceType, endpoint, status).Inc()
}

func fail(w http.ResponseWriter, code int, err error) {
	http.Error(w, err.Error(), code)
}
