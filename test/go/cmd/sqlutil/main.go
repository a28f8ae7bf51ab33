// Command sqlutil prints what the SDK makes of SQL macros and of the formats of a query, for ../golden/sql.json.
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/grafana/grafana-plugin-sdk-go/data/sqlutil"
	"github.com/grafana/grafana-plugin-sdk-go/experimental/macros"
)

type vectors struct {
	Macros  []macroCase  `json:"macros"`
	Dates   []dateCase   `json:"dates"`
	Formats []formatCase `json:"formats"`
}

type macroCase struct {
	SQL string `json:"sql"`
	// Milliseconds.
	From     int64  `json:"from"`
	To       int64  `json:"to"`
	Interval int64  `json:"interval"`
	Table    string `json:"table"`
	Column   string `json:"column"`
	// null for an error.
	Made *string `json:"made"`
}

type dateCase struct {
	Text string `json:"text"`
	From int64  `json:"from"`
	To   int64  `json:"to"`
	Made string `json:"made"`
}

type formatCase struct {
	JSON string `json:"json"`
	// null for an error.
	Format *uint32 `json:"format"`
}

func main() {
	time.Local = time.UTC
	encoder := json.NewEncoder(os.Stdout)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", " ")
	if err := encoder.Encode(vectors{macroCases(), dateCases(), formatCases()}); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// The macros that the tests add: join shows the arguments, fooBaz has a name that begins with that of another, and
// timeGroup takes the place of the SDK's.
var added = sqlutil.Macros{
	"join": func(_ *sqlutil.Query, args []string) (string, error) { return "[" + strings.Join(args, "|") + "]", nil },
	"foo":  func(_ *sqlutil.Query, _ []string) (string, error) { return "foo", nil },
	"fooBaz": func(_ *sqlutil.Query, _ []string) (string, error) {
		return "baz", nil
	},
	"fail": func(_ *sqlutil.Query, _ []string) (string, error) { return "", fmt.Errorf("refused") },
}

var texts = []string{
	"", "select 1", "select * from $__table", "select $__column from $__table()", "select '$__interval', $__interval_ms from t",
	"select $__interval, $__interval_ms, $__interval_msx, $__intervals from t", "$__interval$__interval", "bin($__interval_ms)",
	"where $__timeFilter(time)", "where $__timeFilter( time )", "where $__timeFilter(\"time\") and $__timeFilter(t.time)",
	"where $__timeFilter(cast(time as timestamp)) and (a = 1)", "where $__timeFilter(coalesce(a, b))", "where $__timeFilter(f(g(h(x))))",
	"where $__timeFrom(time) and $__timeTo(time)", "where ($__timeFrom(a) or $__timeTo(b))", "where $__timeFilter(a) or $__timeFilter(a) or $__timeFilter(b)",
	"group by $__timeGroup(time, minute)", "group by $__timeGroup(time, hour)", "group by $__timeGroup(time, day)", "group by $__timeGroup(time,month)",
	"group by $__timeGroup( f(a, b) , year )", "where $__timeFilter", "where $__timeFilter (time)", "where $__timeFilter(time", "where $__timeFilter(time))",
	"where $__timeFilter(a, b)", "where $__timeFrom()", "where $__timeFrom", "where $__timeTo(a,b)", "group by $__timeGroup(time)", "group by $__timeGroup(time, month, x)",
	"where $__timeFilter($__column)", "where $__timeFilter(f($__column, 1))", "select $__join(a, b,c , f(d, e), ())", "select $__join()", "select $__join", "select $__join(,)",
	"select $__join($__table, $__column)", "select $__join($__join(a, b), c)", "select $__join($__timeFrom(t))", "select $__foo, $__fooBaz, $__foo(), $__fooBaz(x)", "select $__fail",
	"select $__fail()", "select $__unknown(a), $__", "select $1, $2, $table, ${table}, $ {x}, $", "select \"$__column\", `$__column` from $__table",
	"select 'a''b $__foo'", "select 'a' || '$__foo' || 'b'", "select E'\\n' || '$__foo'", "multi\nline $__foo\n\t$__timeFilter(\n time\n )", "übér $__foo ünd $__fooé", "日本 $__join(日本, 語)",
	"$__foo.$__foo", "a$__foo", "$__foo-$__foo", "x=$__interval_ms*1000", "'$__interval'::interval", "interval '$__interval_ms ms'", "select $__timeFilter(a)$__timeFilter(b)", "$__Foo", "$__FOO",
}

func macroCases() []macroCase {
	made := []macroCase{}
	spans := []macroCase{
		{From: 1_700_000_000_123, To: 1_700_003_600_999, Interval: 600_000, Table: "my_table", Column: "my_col"},
		{From: -1, To: 0, Interval: 15, Table: "a.b", Column: "c d"},
		{From: 951_782_400_000, To: 1_709_164_800_000, Interval: 90_061_001, Table: "t$1", Column: "$&"},
	}
	for _, text := range texts {
		for _, span := range spans {
			span.SQL = text
			query := &sqlutil.Query{
				RawSQL:    text,
				Interval:  time.Duration(span.Interval) * time.Millisecond,
				TimeRange: backend.TimeRange{From: time.UnixMilli(span.From), To: time.UnixMilli(span.To)},
				Table:     span.Table,
				Column:    span.Column,
			}
			if sql, err := sqlutil.Interpolate(query, added); err == nil {
				span.Made = &sql
			}
			made = append(made, span)
		}
	}
	return made
}

func dateCases() []dateCase {
	made := []dateCase{}
	formats := []string{"", ":date", ":date:iso", ":iso", ":date:YYYY-MM-DD", ":YYYY-MM-DD", ":date:YYYY-MM-DD HH:mm:ss", ":date:YY/M/D", ":date:hh:mm:ss A", ":date:h:m:s",
		":date:MMM D, YYYY", ":date:MMMM DD", ":date:ddd", ":date:dddd", ":date:YYYY-MM-DDTHH:mm:ss.SSSZ", ":date:YYYY,MM", ":date:HH", ":date:mm:ss.S", ":date:zz"}
	spans := [][2]int64{{1_700_000_000_123, 1_700_003_600_000}, {951_782_400_000, 1_709_164_805_006}, {0, 86_399_999}}
	for _, format := range formats {
		for _, span := range spans {
			text := "a ${__from" + format + "} b ${__to" + format + "} ${__from" + format + "}"
			sql, err := macros.ApplyMacros(text, backend.TimeRange{From: time.UnixMilli(span[0]), To: time.UnixMilli(span[1])}, backend.PluginContext{})
			if err != nil {
				panic(err)
			}
			made = append(made, dateCase{text, span[0], span[1], sql})
		}
	}
	return made
}

func formatCases() []formatCase {
	made := []formatCase{}
	for _, text := range []string{"0", "1", "2", "3", "4", "5", "-1", "1.5", "1e0", `""`, `"0"`, `"1"`, `"2"`, `"3"`, `"4"`, `"5"`, `"timeseries"`, `"time_series"`, `"TimeSeries"`,
		`" table "`, `"Table"`, `"logs"`, `"log"`, `"traces"`, `"trace"`, `"multi"`, `"MULTI"`, `"graph"`, "true", "{}", "[]"} {
		row := formatCase{JSON: text}
		var format sqlutil.FormatQueryOption
		if err := json.Unmarshal([]byte(text), &format); err == nil {
			number := uint32(format)
			row.Format = &number
		}
		made = append(made, row)
	}
	return made
}
