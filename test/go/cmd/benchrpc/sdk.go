package main

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/grafana/grafana-plugin-sdk-go/data"
	"github.com/grafana/grafana-plugin-sdk-go/genproto/pluginv2"

	"grafana-plugin-protocol.test/peers/internal/usage"
)

// The loads on a whole data source: cmd/benchsdk, or the programs of bench/sdk.

type call = func(context.Context) error

// Numbers of queries in a batch.
var batches = []int{1, 10, 100}

// What the answers of the data source are, which every first answer is compared with.
const (
	rangeRows        = 60
	tableRows        = 10
	smallBodyBytes   = 1021
	largeBodyBytes   = 10 << 20
	instances        = 64
	chunksUntilPause = 10
)

// sdkQueriesLoad is batches of queries of two types by 16 callers.
func sdkQueriesLoad(h *host, o options) (figures, error) {
	found := figures{}
	for _, count := range batches {
		query, err := h.batch(o, count)
		if err != nil {
			return nil, err
		}
		if err := h.measure(found, fmt.Sprintf("b%d", count), query, 16, o); err != nil {
			return nil, err
		}
	}
	return found, nil
}

// sdkResourcesLoad is resources of 1 kB by 16 callers, and streamed ones of 10 MB by one.
func sdkResourcesLoad(h *host, o options) (figures, error) {
	found := figures{}
	small, err := h.getResource(o, "small", smallBodyBytes)
	if err != nil {
		return nil, err
	}
	if err := h.measure(found, "small", small, 16, o); err != nil {
		return nil, err
	}
	large, err := h.getResource(o, "large", largeBodyBytes)
	if err != nil {
		return nil, err
	}
	return found, h.measure(found, "large", large, 1, o)
}

// sdkInstancesLoad is the smallest query by 64 callers, each for a data source of its own. Each of them is created once.
func sdkInstancesLoad(h *host, o options) (figures, error) {
	if _, err := h.batch(o, 1); err != nil {
		return nil, err
	}
	requests := make(chan *pluginv2.QueryDataRequest, instances)
	for i := range instances {
		req, err := o.query("tick")
		if err != nil {
			return nil, err
		}
		settings := req.PluginContext.DataSourceInstanceSettings
		settings.Id = int64(1000 + i)
		settings.Uid = fmt.Sprintf("sensors-%d", i)
		requests <- req
	}
	query := func(ctx context.Context) error {
		req := <-requests
		answer, err := h.data.QueryData(ctx, req)
		requests <- req
		if err != nil {
			return err
		}
		return checkBatch(req, answer)
	}
	found := figures{}
	if err := h.measure(found, "c64", query, instances, o); err != nil {
		return nil, err
	}
	created, err := h.created(context.Background())
	if err != nil {
		return nil, err
	}
	// And the one that answers for the usage.
	if created != instances+1 {
		return nil, fmt.Errorf("expected %d instances for as many data sources, got %v", instances+1, created)
	}
	return found, nil
}

// sdkChunkedLoad is one caller of 1M rows in chunks.
func sdkChunkedLoad(h *host, o options) (figures, error) {
	read, err := h.chunks(o, "1M", nil)
	if err != nil {
		return nil, err
	}
	found := figures{}
	return found, h.measure(found, "1M", read, 1, o)
}

// sdkMemoryLoad is one answer of 5M or 20M rows in chunks, of which the host reads some, and the others after a pause: a
// plugin without back-pressure has all of them by then.
func sdkMemoryLoad(rows string) func(*host, options) (figures, error) {
	return func(h *host, o options) (figures, error) {
		if _, err := h.batch(o, 1); err != nil {
			return nil, err
		}
		read, err := h.chunks(o, rows, &o)
		if err != nil {
			return nil, err
		}
		if err := read(context.Background()); err != nil {
			return nil, err
		}
		peak, err := usage.PeakBytes(h.client.ReattachConfig().Pid)
		return figures{"peak": peak}, err
	}
}

// measure warms a call up, and adds what so many callers of it did: `rate NAME`, `p50 NAME` and `pluginCpu NAME`.
func (h *host) measure(found figures, name string, call call, count int, o options) error {
	for range warmUpSlices {
		if _, err := callers(call, count, o.duration/2); err != nil {
			return err
		}
		if _, _, err := h.used(context.Background()); err != nil {
			return err
		}
	}
	did, cpu, err := h.watch(call, count, o)
	if err != nil {
		return err
	}
	found["rate "+name] = float64(len(did.latencies)) / did.elapsed.Seconds()
	found["p50 "+name] = did.percentile(50)
	found["pluginCpu "+name] = cpu
	return nil
}

// watch lets so many callers call, and gives the CPU time of the plugin a call in µs.
func (h *host) watch(call call, count int, o options) (ran, float64, error) {
	_, before, err := h.used(context.Background())
	if err != nil {
		return ran{}, 0, err
	}
	did, err := callers(call, count, o.duration)
	if err != nil {
		return did, 0, err
	}
	_, after, err := h.used(context.Background())
	return did, (after.CPUMicros - before.CPUMicros) / float64(len(did.latencies)), err
}

// batch makes the call of a batch of queries, and compares its first answer.
func (h *host) batch(o options, count int) (call, error) {
	req, err := o.query(fmt.Sprintf("batch-%d", count))
	if err != nil {
		return nil, err
	}
	h.context = req.PluginContext
	answer, err := h.data.QueryData(context.Background(), req)
	if err != nil {
		return nil, err
	}
	if err := checkBatch(req, answer); err != nil {
		return nil, err
	}
	if err := checkFrames(req, answer); err != nil {
		return nil, err
	}
	return func(ctx context.Context) error {
		answer, err := h.data.QueryData(ctx, req)
		if err != nil {
			return err
		}
		return checkBatch(req, answer)
	}, nil
}

// checkBatch is for every answer, so it does not decode.
func checkBatch(req *pluginv2.QueryDataRequest, answer *pluginv2.QueryDataResponse) error {
	if len(answer.Responses) != len(req.Queries) {
		return fmt.Errorf("expected the answers of %d queries, got %d", len(req.Queries), len(answer.Responses))
	}
	for refID, response := range answer.Responses {
		if response.Error != "" || len(response.Frames) != 1 {
			return fmt.Errorf("query %s: expected one frame, got %d and the error %q", refID, len(response.Frames), response.Error)
		}
	}
	return nil
}

func checkFrames(req *pluginv2.QueryDataRequest, answer *pluginv2.QueryDataResponse) error {
	rows := map[string]int{"range": rangeRows, "table": tableRows}
	for _, query := range req.Queries {
		frames, err := data.UnmarshalArrowFrames(answer.Responses[query.RefId].Frames)
		if err != nil {
			return err
		}
		if got := frames[0].Rows(); got != rows[query.QueryType] {
			return fmt.Errorf("query %s: expected %d rows of the type %s, got %d", query.RefId, rows[query.QueryType], query.QueryType, got)
		}
	}
	return nil
}

// getResource makes the call of a resource, whose body must have so many bytes.
func (h *host) getResource(o options, name string, wanted int) (call, error) {
	req := &pluginv2.CallResourceRequest{}
	if err := o.read("resource-"+name, req); err != nil {
		return nil, err
	}
	h.context = req.PluginContext
	return func(ctx context.Context) error {
		stream, err := h.resource.CallResource(ctx, req)
		if err != nil {
			return err
		}
		code, size := int32(0), 0
		for {
			part, err := stream.Recv()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				return err
			}
			if code == 0 {
				code = part.Code
			}
			size += len(part.Body)
		}
		if code != 200 || size != wanted {
			return fmt.Errorf("resource %s: expected the status 200 and %d bytes, got %d and %d", name, wanted, code, size)
		}
		return nil
	}, nil
}

// chunks makes the call of an answer in chunks, and compares the rows of the first one. With options the host pauses.
func (h *host) chunks(o options, name string, pause *options) (call, error) {
	req := &pluginv2.QueryChunkedDataRequest{}
	if err := o.read("chunked-"+name, req); err != nil {
		return nil, err
	}
	few := &pluginv2.QueryChunkedDataRequest{}
	if err := o.read("chunked-few", few); err != nil {
		return nil, err
	}
	h.context = req.PluginContext
	if err := h.readChunks(context.Background(), few, nil, true); err != nil {
		return nil, err
	}
	return func(ctx context.Context) error { return h.readChunks(ctx, req, pause, false) }, nil
}

// created is the number of instances that the plugin has created so far.
func (h *host) created(ctx context.Context) (float64, error) {
	answer, err := h.diagnostics.CheckHealth(ctx, &pluginv2.CheckHealthRequest{PluginContext: h.context})
	if err != nil {
		return 0, err
	}
	return readCreated(answer.JsonDetails)
}
