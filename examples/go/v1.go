package main

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"

	"github.com/grafana/grafana-plugin-model/go/datasource"
)

// datasourceV1 answers the same queries for hosts that speak major 1, which has series and tables instead of frames.
type datasourceV1 struct{ database *sql.DB }

func (d datasourceV1) Query(
	ctx context.Context, request *datasource.DatasourceRequest,
) (*datasource.DatasourceResponse, error) {
	from, to := wholeRange()
	if given := request.GetTimeRange(); given != nil {
		from, to = given.GetFromEpochMs(), given.GetToEpochMs()
	}
	response := &datasource.DatasourceResponse{}
	for _, asked := range request.GetQueries() {
		result := &datasource.QueryResult{RefId: asked.GetRefId()}
		if err := d.answer(ctx, asked.GetModelJson(), from, to, result); err != nil {
			result.Error = err.Error()
		}
		response.Results = append(response.Results, result)
	}
	return response, nil
}

func (d datasourceV1) answer(
	ctx context.Context, model string, from, to int64, result *datasource.QueryResult,
) error {
	parsed, err := parseQuery([]byte(model), from, to)
	if err != nil {
		return err
	}
	made, err := selectFrame(ctx, d.database, parsed)
	if err != nil {
		return err
	}
	if parsed.Format == "table" {
		result.Tables = []*datasource.Table{toTable(made)}
	} else {
		result.Series = toSeries(made)
	}
	return nil
}

func toTable(f frame) *datasource.Table {
	table := &datasource.Table{}
	for _, field := range f.fields {
		table.Columns = append(table.Columns, &datasource.TableColumn{Name: displayName(field)})
	}
	for row := range f.rows() {
		cells := make([]*datasource.RowValue, len(f.fields))
		for i, field := range f.fields {
			cells[i] = toCell(field.values[row])
		}
		table.Rows = append(table.Rows, &datasource.TableRow{Values: cells})
	}
	return table
}

func toCell(value any) *datasource.RowValue {
	switch value := value.(type) {
	case int64:
		return &datasource.RowValue{Kind: datasource.RowValue_TYPE_INT64, Int64Value: value}
	case string:
		return &datasource.RowValue{Kind: datasource.RowValue_TYPE_STRING, StringValue: value}
	case float64:
		return &datasource.RowValue{Kind: datasource.RowValue_TYPE_DOUBLE, DoubleValue: value}
	}
	return &datasource.RowValue{Kind: datasource.RowValue_TYPE_NULL}
}

// toSeries makes a series of each number. A point cannot be null, so nulls are left out.
func toSeries(f frame) []*datasource.TimeSeries {
	series := []*datasource.TimeSeries{}
	for _, field := range f.fields {
		if field.kind != number {
			continue
		}
		one := &datasource.TimeSeries{Name: displayName(field), Tags: field.labels}
		for row, value := range field.values {
			if value, ok := value.(float64); ok {
				timestamp, _ := f.fields[0].values[row].(int64)
				one.Points = append(one.Points, &datasource.Point{Timestamp: timestamp, Value: value})
			}
		}
		series = append(series, one)
	}
	return series
}

func displayName(f field) string {
	if len(f.labels) == 0 {
		return f.name
	}
	labels := make([]string, 0, len(f.labels))
	for name, value := range f.labels {
		labels = append(labels, name+"="+value)
	}
	slices.Sort(labels)
	return fmt.Sprintf("%s {%s}", f.name, strings.Join(labels, ", "))
}
