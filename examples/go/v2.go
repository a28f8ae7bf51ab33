package main

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"strings"
	"sync/atomic"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/genproto/pluginv2"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

const replayInterval = 50 * time.Millisecond

// weather answers everything that Grafana asks of a data source.
type weather struct {
	database *sql.DB
	// By path of their stream.
	places     map[string]string
	ok, failed atomic.Int64
}

func newWeather(database *sql.DB) (*weather, error) {
	w := &weather{database: database, places: map[string]string{}}
	rows, err := database.Query("select distinct location from weather")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var place string
		if err := rows.Scan(&place); err != nil {
			return nil, err
		}
		// Paths of streams have no spaces in Grafana.
		w.places["replay/"+strings.ReplaceAll(strings.ToLower(place), " ", "-")] = place
	}
	return w, rows.Err()
}

// QueryData answers each query; a wrong one gets its own error, the others get their frames.
func (w *weather) QueryData(
	ctx context.Context, request *pluginv2.QueryDataRequest,
) (*pluginv2.QueryDataResponse, error) {
	responses := map[string]*pluginv2.DataResponse{}
	for _, query := range request.GetQueries() {
		bytes, err := w.answer(ctx, query, request.GetFormat())
		if err != nil {
			w.failed.Add(1)
			responses[query.GetRefId()] = &pluginv2.DataResponse{
				Error: err.Error(), Status: 400, ErrorSource: "downstream", Format: request.GetFormat(),
			}
			continue
		}
		w.ok.Add(1)
		responses[query.GetRefId()] = &pluginv2.DataResponse{
			Frames: [][]byte{bytes}, Status: 200, Format: request.GetFormat(),
		}
	}
	return &pluginv2.QueryDataResponse{Responses: responses}, nil
}

func (w *weather) answer(
	ctx context.Context, asked *pluginv2.DataQuery, format pluginv2.DataFrameFormat,
) ([]byte, error) {
	parsed, err := parse(asked)
	if err != nil {
		return nil, err
	}
	made, err := selectFrame(ctx, w.database, parsed)
	if err != nil {
		return nil, err
	}
	made.refID = asked.GetRefId()
	return encode(made, format)
}

func parse(asked *pluginv2.DataQuery) (query, error) {
	from, to := wholeRange()
	if given := asked.GetTimeRange(); given != nil {
		from, to = given.GetFromEpochMS(), given.GetToEpochMS()
	}
	return parseQuery(asked.GetJson(), from, to)
}

func encode(f frame, format pluginv2.DataFrameFormat) ([]byte, error) {
	if format == pluginv2.DataFrameFormat_JSON {
		return f.json()
	}
	return f.arrow()
}

// QueryChunkedData sends the rows of each query in parts of one frame.
func (w *weather) QueryChunkedData(
	request *pluginv2.QueryChunkedDataRequest, stream grpc.ServerStreamingServer[pluginv2.QueryChunkedDataResponse],
) error {
	format := request.GetFormat()
	for _, asked := range request.GetQueries() {
		var lost error
		err := func() error {
			parsed, err := parse(asked)
			if err != nil {
				return err
			}
			return selectFrames(stream.Context(), w.database, parsed, rowsPerFrame, func(part frame) error {
				part.refID = asked.GetRefId()
				bytes, err := encode(part, format)
				if err != nil {
					return err
				}
				lost = stream.Send(&pluginv2.QueryChunkedDataResponse{
					RefId: asked.GetRefId(), FrameId: "0", Frame: bytes, Status: 200, Format: format,
				})
				return lost
			})
		}()
		if lost == nil && err != nil {
			lost = stream.Send(&pluginv2.QueryChunkedDataResponse{
				RefId: asked.GetRefId(), Error: err.Error(), Status: 400, ErrorSource: "downstream", Format: format,
			})
		}
		if lost != nil {
			return lost
		}
	}
	return nil
}

// CheckHealth is the "Save & test" button.
func (w *weather) CheckHealth(
	ctx context.Context, _ *pluginv2.CheckHealthRequest,
) (*pluginv2.CheckHealthResponse, error) {
	var rows, places int
	statement := "select count(*), count(distinct location) from weather"
	if err := w.database.QueryRowContext(ctx, statement).Scan(&rows, &places); err != nil {
		return nil, err
	}
	return &pluginv2.CheckHealthResponse{
		Status:      pluginv2.CheckHealthResponse_OK,
		Message:     fmt.Sprintf("%d days of weather in %d places", rows, places),
		JsonDetails: fmt.Appendf(nil, `{"rows":%d,"places":%d}`, rows, places),
	}, nil
}

// CollectMetrics gives the counts of QueryData as Prometheus text.
func (w *weather) CollectMetrics(
	context.Context, *pluginv2.CollectMetricsRequest,
) (*pluginv2.CollectMetricsResponse, error) {
	text := fmt.Appendf(nil, `# HELP weather_queries_total Queries answered, by outcome.
# TYPE weather_queries_total counter
weather_queries_total{outcome="ok"} %d
weather_queries_total{outcome="error"} %d
`, w.ok.Load(), w.failed.Load())
	return &pluginv2.CollectMetricsResponse{
		Metrics: &pluginv2.CollectMetricsResponse_Payload{Prometheus: text},
	}, nil
}

// CallResource answers `GET columns`: the columns of the table, for a query editor.
func (w *weather) CallResource(
	request *pluginv2.CallResourceRequest, stream grpc.ServerStreamingServer[pluginv2.CallResourceResponse],
) error {
	code, answer := int32(200), any(map[string]any{"columns": columns})
	if request.GetMethod() != "GET" || request.GetPath() != "columns" {
		message := fmt.Sprintf(`nothing at %s %q: try GET "columns"`, request.GetMethod(), request.GetPath())
		code, answer = 404, map[string]any{"message": message}
	}
	body, err := json.Marshal(answer)
	if err != nil {
		return err
	}
	headers := map[string]*pluginv2.StringList{"Content-Type": {Values: []string{"application/json"}}}
	return stream.Send(&pluginv2.CallResourceResponse{Code: code, Headers: headers, Body: body})
}

// SubscribeStream lets everybody subscribe to a place.
func (w *weather) SubscribeStream(
	_ context.Context, request *pluginv2.SubscribeStreamRequest,
) (*pluginv2.SubscribeStreamResponse, error) {
	if _, known := w.places[request.GetPath()]; !known {
		return &pluginv2.SubscribeStreamResponse{Status: pluginv2.SubscribeStreamResponse_NOT_FOUND}, nil
	}
	return &pluginv2.SubscribeStreamResponse{Status: pluginv2.SubscribeStreamResponse_OK}, nil
}

// PublishStream refuses: the streams are for reading.
func (w *weather) PublishStream(
	context.Context, *pluginv2.PublishStreamRequest,
) (*pluginv2.PublishStreamResponse, error) {
	return &pluginv2.PublishStreamResponse{Status: pluginv2.PublishStreamResponse_PERMISSION_DENIED}, nil
}

// RunStream sends the days of a place, one after the other, until the host cancels the call.
func (w *weather) RunStream(
	request *pluginv2.RunStreamRequest, stream grpc.ServerStreamingServer[pluginv2.StreamPacket],
) error {
	place, known := w.places[request.GetPath()]
	if !known {
		return status.Errorf(codes.NotFound, "no stream %q", request.GetPath())
	}
	days := query{SQL: "select date as time, temp_max from weather where location = '" + place + "' order by date"}
	all, err := selectFrame(stream.Context(), w.database, days)
	if err != nil {
		return err
	}
	times, temperatures := all.fields[0].values, all.fields[1].values
	for row := range times {
		day := frame{fields: []field{
			{name: "time", kind: moment, values: times[row : row+1]},
			{name: "temp_max", kind: number, values: temperatures[row : row+1], labels: map[string]string{"location": place}},
		}}
		data, err := day.json()
		if err != nil {
			return err
		}
		if err := stream.Send(&pluginv2.StreamPacket{Data: data}); err != nil {
			return err
		}
		select {
		case <-stream.Context().Done():
			return stream.Context().Err()
		case <-time.After(replayInterval):
		}
	}
	return nil
}
