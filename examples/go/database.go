package main

import (
	"database/sql"
	"encoding/csv"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	_ "modernc.org/sqlite"
)

// A column of the table weather; date is in milliseconds since 1970.
type column struct {
	Name string `json:"name"`
	Type string `json:"type"`
}

var columns = []column{
	{"location", "text"}, {"date", "timestamp"}, {"precipitation", "real"}, {"temp_max", "real"}, {"temp_min", "real"},
	{"wind", "real"}, {"weather", "text"},
}

// openWeather puts the daily weather of Seattle and New York into a database in memory, which is read only afterwards.
func openWeather() (*sql.DB, error) {
	database, err := sql.Open("sqlite", ":memory:")
	if err != nil {
		return nil, err
	}
	// Each connection would have a memory of its own.
	database.SetMaxOpenConns(1)
	rows, err := readCSV()
	if err != nil {
		return nil, err
	}
	definitions := make([]string, len(columns))
	for i, column := range columns {
		definitions[i] = column.Name + " " + column.Type
	}
	if _, err := database.Exec("create table weather (" + strings.Join(definitions, ", ") + ")"); err != nil {
		return nil, err
	}
	transaction, err := database.Begin()
	if err != nil {
		return nil, err
	}
	for _, row := range rows {
		if _, err := transaction.Exec("insert into weather values (?, ?, ?, ?, ?, ?, ?)", row...); err != nil {
			return nil, err
		}
	}
	if err := transaction.Commit(); err != nil {
		return nil, err
	}
	_, err = database.Exec("pragma query_only = on")
	return database, err
}

func readCSV() ([][]any, error) {
	_, source, _, _ := runtime.Caller(0)
	path := filepath.Join(filepath.Dir(source), "../../node_modules/@observablehq/sample-datasets/weather.csv")
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	lines, err := csv.NewReader(file).ReadAll()
	if err != nil {
		return nil, err
	}
	rows := make([][]any, 0, len(lines))
	for _, line := range lines[1:] {
		day, err := time.Parse("2006-01-02", strings.ReplaceAll(line[1], "/", "-"))
		if err != nil {
			return nil, err
		}
		rows = append(rows, []any{line[0], day.UnixMilli(), line[2], line[3], line[4], line[5], line[6]})
	}
	return rows, nil
}
