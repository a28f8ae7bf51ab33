package main

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

const rowsPerFrame = 1024

// A query is `{"rawSql": "select …", "format": "time_series"}`; without a format it is `table`.
type query struct {
	SQL    string
	Format string
	// Milliseconds since 1970, for :from and :to in the SQL.
	from, to int64
}

func parseQuery(text []byte, from, to int64) (query, error) {
	var model struct {
		RawSQL *string `json:"rawSql"`
		Format *string `json:"format"`
	}
	if len(text) > 0 {
		if err := json.Unmarshal(text, &model); err != nil {
			return query{}, fmt.Errorf("expected JSON in the query: %w", err)
		}
	}
	if model.RawSQL == nil {
		return query{}, errors.New(`expected "rawSql" with a select statement in the query`)
	}
	asked := query{SQL: *model.RawSQL, Format: "table", from: from, to: to}
	if model.Format != nil {
		asked.Format = *model.Format
	}
	if asked.Format != "table" && asked.Format != "time_series" {
		return query{}, fmt.Errorf(`format must be "table" or "time_series", got %q`, asked.Format)
	}
	return asked, nil
}

// Without a range, which a host may leave out, all rows are meant.
func wholeRange() (from, to int64) { return 0, time.Now().UnixMilli() }

// selectFrame answers with all rows. As a time series the frame is wide: a field for each text in the result, with the
// text as a label.
func selectFrame(ctx context.Context, database *sql.DB, asked query) (frame, error) {
	var whole frame
	err := selectFrames(ctx, database, asked, 0, func(part frame) error {
		whole = part
		return nil
	})
	if err != nil || asked.Format == "table" || whole.rows() == 0 {
		return whole, err
	}
	return toWide(whole)
}

// selectFrames answers with so many rows at a time, 0 for all at once; always at least one frame, and always a table.
func selectFrames(
	ctx context.Context, database *sql.DB, asked query, rowsPerFrame int, send func(frame) error,
) error {
	if err := checkStatement(asked.SQL); err != nil {
		return err
	}
	rows, err := database.QueryContext(ctx, asked.SQL, sql.Named("from", asked.from), sql.Named("to", asked.to))
	if err != nil {
		return err
	}
	defer rows.Close()
	types, err := rows.ColumnTypes()
	if err != nil {
		return err
	}
	if len(types) == 0 {
		return errors.New("expected a select statement, got no columns")
	}
	batch, sent := [][]any{}, 0
	for rows.Next() {
		row := make([]any, len(types))
		targets := make([]any, len(types))
		for i := range row {
			targets[i] = &row[i]
		}
		if err := rows.Scan(targets...); err != nil {
			return err
		}
		batch = append(batch, row)
		if len(batch) == rowsPerFrame {
			if err := sendBatch(types, batch, send); err != nil {
				return err
			}
			batch, sent = batch[:0:0], sent+1
		}
	}
	if err := rows.Err(); err != nil {
		return err
	}
	if len(batch) > 0 || sent == 0 {
		return sendBatch(types, batch, send)
	}
	return nil
}

// checkStatement refuses what would make the database writable again. Everything else is SQLite's to refuse.
func checkStatement(statement string) error {
	if strings.Contains(strings.TrimRight(statement, "; \t\r\n"), ";") {
		return errors.New("expected one statement, got a semicolon within it")
	}
	words := strings.Fields(strings.ToLower(statement))
	if len(words) > 0 && slices.Contains([]string{"pragma", "attach", "detach", "vacuum"}, words[0]) {
		return fmt.Errorf("expected a select statement, got %q", words[0])
	}
	return nil
}

func sendBatch(types []*sql.ColumnType, rows [][]any, send func(frame) error) error {
	fields := make([]field, len(types))
	for i, column := range types {
		values := make([]any, len(rows))
		for row := range rows {
			values[row] = rows[row][i]
		}
		made, err := toField(column.Name(), column.DatabaseTypeName(), values)
		if err != nil {
			return err
		}
		fields[i] = made
	}
	return send(frame{fields: fields})
}

// toField gives a column its kind: a timestamp, or one that is called time, is a time; then the first value decides.
func toField(name, declared string, values []any) (field, error) {
	made := field{name: name, kind: number, values: make([]any, len(values))}
	first := slices.IndexFunc(values, func(value any) bool { return value != nil })
	switch {
	case name == "time" || strings.EqualFold(declared, "timestamp"):
		made.kind = moment
	case strings.EqualFold(declared, "text"):
		made.kind = text
	case first >= 0:
		if _, isText := values[first].(string); isText {
			made.kind = text
		}
	}
	for i, value := range values {
		if value == nil {
			continue
		}
		converted, ok := convert(value, made.kind)
		if !ok {
			return field{}, fmt.Errorf("column %q has %v in row %d, which does not fit what is before it", name, value, i+1)
		}
		made.values[i] = converted
	}
	return made, nil
}

func convert(value any, to kind) (any, bool) {
	switch value := value.(type) {
	case time.Time:
		return value.UnixMilli(), to == moment
	case string:
		return value, to == text
	case int64:
		if to == number {
			return float64(value), true
		}
		return value, to == moment
	case float64:
		if to == moment {
			return int64(value), true
		}
		return value, to == number
	}
	return nil, false
}

// toWide makes a row for each time, and a field for each value column and each combination of texts.
func toWide(long frame) (frame, error) {
	at := slices.IndexFunc(long.fields, func(f field) bool { return f.kind == moment })
	hasNumber := slices.ContainsFunc(long.fields, func(f field) bool { return f.kind == number })
	if at < 0 || !hasNumber {
		return frame{}, errors.New("a time series needs a time and a number, and the result does not have both")
	}
	times := long.fields[at]
	rowOf, instants := map[int64]int{}, []any{}
	keys, texts := make([]string, long.rows()), map[string]map[string]string{}
	last := int64(-1 << 63)
	for row, value := range times.values {
		instant, ok := value.(int64)
		if !ok || instant < last {
			return frame{}, fmt.Errorf("time field %q is not ascending: add order by %s", times.name, times.name)
		}
		last = instant
		if _, known := rowOf[instant]; !known {
			rowOf[instant] = len(instants)
			instants = append(instants, instant)
		}
		var labels map[string]string
		for _, f := range long.fields {
			if f.kind == text {
				if labels == nil {
					labels = map[string]string{}
				}
				value, _ := f.values[row].(string)
				labels[f.name] = value
				keys[row] += value + "\x00"
			}
		}
		texts[keys[row]] = labels
	}
	order := make([]string, 0, len(texts))
	for key := range texts {
		order = append(order, key)
	}
	slices.Sort(order)
	wide := frame{fields: []field{{name: times.name, kind: moment, values: instants}}, isWide: true}
	for _, f := range long.fields {
		if f.kind != number {
			continue
		}
		for _, key := range order {
			values := make([]any, len(instants))
			for row, value := range f.values {
				if keys[row] == key {
					values[rowOf[times.values[row].(int64)]] = value
				}
			}
			wide.fields = append(wide.fields, field{name: f.name, kind: number, values: values, labels: texts[key]})
		}
	}
	return wide, nil
}
