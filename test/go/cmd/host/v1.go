package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/grafana/grafana-plugin-model/go/datasource"
	"github.com/grafana/grafana-plugin-model/go/renderer"
	"github.com/hashicorp/go-plugin"
	"google.golang.org/grpc/codes"

	"grafana-plugin-protocol.test/peers/internal/canonical"
	"grafana-plugin-protocol.test/peers/internal/values"
)

// A v1Plugin has the clients that a host of major 1 would dispense.
type v1Plugin struct {
	datasource datasource.DatasourcePlugin
	renderer   renderer.RendererPlugin
}

func v1Cases(client *plugin.GRPCClient) ([]testCase, error) {
	p := &v1Plugin{}
	err := errors.Join(dispense(client, "datasource", &p.datasource), dispense(client, "renderer", &p.renderer))
	return []testCase{
		{"Query echo", p.echo},
		{"Query series", p.single("series", sameV1Series)},
		{"Query table", p.single("table", sameV1Table)},
		{"Query fail", p.single("fail", func(got *datasource.QueryResult) error {
			return same("error", "boom", got.Error)
		})},
		{"Query three queries", p.three},
		{"cancel Query sleep", p.cancel},
		{"deadline Query sleep", p.deadline},
		{"Render", p.render(&renderer.RenderRequest{Url: "http://example.invalid"}, "")},
		{"Render fail", p.render(&renderer.RenderRequest{Url: "fail"}, "bad url")},
		{"Render echo", p.renderEcho},
	}, err
}

func (p *v1Plugin) query(ctx context.Context, queries ...*datasource.Query) (map[string]*datasource.QueryResult, error) {
	got, err := p.datasource.Query(ctx, values.DatasourceRequest(queries...))
	if err != nil {
		return nil, err
	}
	results := map[string]*datasource.QueryResult{}
	for _, result := range got.Results {
		results[result.RefId] = result
	}
	for _, query := range queries {
		if results[query.RefId] == nil {
			return nil, fmt.Errorf("expected a result of %s, got %v", query.RefId, got.Results)
		}
	}
	return results, same("results", len(queries), len(got.Results))
}

func (p *v1Plugin) single(do string, check func(*datasource.QueryResult) error) func(context.Context) error {
	return func(ctx context.Context) error {
		got, err := p.query(ctx, values.V1Query("A", fmt.Sprintf(`{"do":%q}`, do)))
		if err != nil {
			return err
		}
		return check(got["A"])
	}
}

func (p *v1Plugin) echo(ctx context.Context) error {
	return p.single("echo", func(got *datasource.QueryResult) error { return sameV1Echo("A", got) })(ctx)
}

func (p *v1Plugin) three(ctx context.Context) error {
	got, err := p.query(ctx,
		values.V1Query("A", `{"do":"echo"}`), values.V1Query("B", `{"do":"fail"}`), values.V1Query("C", `{"do":"series"}`))
	if err != nil {
		return err
	}
	return errors.Join(sameV1Echo("A", got["A"]), same("error of B", "boom", got["B"].Error), sameV1Series(got["C"]))
}

// cancel leaves a query when its handler has begun, and expects that the plugin goes on.
func (p *v1Plugin) cancel(ctx context.Context) error {
	before, err := p.slept(ctx)
	if err != nil {
		return err
	}
	leaving, cancel := context.WithCancel(ctx)
	defer cancel()
	ended := make(chan error, 1)
	go func() {
		_, err := p.query(leaving, values.V1Query("A", `{"do":"sleep"}`))
		ended <- err
	}()
	for slept := before; slept == before; {
		if slept, err = p.slept(ctx); err != nil {
			return err
		}
	}
	cancel()
	return errors.Join(failsWith(<-ended, codes.Canceled), p.echo(ctx))
}

// slept asks how many sleeping queries have begun.
func (p *v1Plugin) slept(ctx context.Context) (string, error) {
	got, err := p.renderer.Render(ctx, &renderer.RenderRequest{Url: "slept"})
	return got.GetError(), err
}

func (p *v1Plugin) deadline(ctx context.Context) error {
	limited, cancel := context.WithTimeout(ctx, 100*time.Millisecond)
	defer cancel()
	_, err := p.query(limited, values.V1Query("A", `{"do":"sleep"}`))
	return errors.Join(failsWith(err, codes.DeadlineExceeded), p.echo(ctx))
}

func (p *v1Plugin) render(req *renderer.RenderRequest, want string) func(context.Context) error {
	return func(ctx context.Context) error {
		got, err := p.renderer.Render(ctx, req)
		return errors.Join(err, same("error", want, got.GetError()))
	}
}

func (p *v1Plugin) renderEcho(ctx context.Context) error {
	want := canonical.JSON(canonical.Object{
		"debug":     true,
		"encoding":  "png",
		"height":    "480",
		"renderKey": "k",
		"timeout":   "30",
		"timezone":  "UTC",
		"url":       "echo",
		"width":     "640",
	})
	return p.render(&renderer.RenderRequest{
		Url: "echo", Width: 640, Height: 480, Timeout: 30, Timezone: "UTC", Encoding: "png", RenderKey: "k", Debug: true,
	}, string(want))(ctx)
}
