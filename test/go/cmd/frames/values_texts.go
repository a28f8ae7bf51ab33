package main

import (
	"encoding/json"
	"strings"

	"github.com/grafana/grafana-plugin-sdk-go/data"
)

var textEdges = []string{
	"", "a", " ", "ä", "日本語", "🙂", "👩‍👩‍👧", "\U0010ffff", "e\u0301", "שלום", "\ufeffBOM",
	"a\x00b", "\x00", "\x00\x00\x00", "\x01\x1f\x7f", "\t\r\n", "\"quoted\" \\ / 'single'", "<b>&amp;</b>", "\u2028\u2029",
	"null", "NaN", "true", "0", "{\"a\":1}",
}

func stringCases() []frameCase {
	long := []string{strings.Repeat("0123456789", 500), "", strings.Repeat("é", 1500), strings.Repeat("🙂", 700)}
	second := func(row int) bool { return row == 1 }
	notUTF8 := []string{"\xff", "a\x80b", "fine"}
	return []frameCase{
		{"string-long", data.NewFrame("", newField("plain", long, nil), newField("nullable", long, second))},
		{"string-all-empty", data.NewFrame("", newField("plain", make([]string, 3), nil), newField("nullable", make([]string, 3), second))},
		// Go strings may be anything; a description cannot hold these bytes and shows U+FFFD for each.
		{"string-not-utf8", data.NewFrame("", newField("plain", notUTF8, nil))},
	}
}

var jsonEdges = rawMessages(
	`{}`, `[]`, `""`, `"text"`, `true`, `false`, `0`, `-0`, `1.0`, `1E2`, `0.1000000000000000055`,
	`9007199254740993`, `-9223372036854775808`, `18446744073709551615`, `123456789012345678901234567890`,
	`{"b":1,"a":[null,{"c":"<&>"}]}`, `{"a":1,"a":2}`, `{"__proto__":{"x":1},"":0}`,
	`"\u003c\ud83d\ude42\/"`, `"🙂"`, `{"ключ":"значение"}`, `[[[[[]]]]]`,
)

func jsonCases() []frameCase {
	index := func(n int) *data.Field { return newField("index", make([]int8, n), nil) }
	spaced := rawMessages("{ \"a\" : 1 }", "[1,\n\t2]")
	null := rawMessages(`1`, `null`, `2`)
	second := func(row int) bool { return row == 1 }
	empty := []json.RawMessage{{}, nil}
	deep := rawMessages(strings.Repeat(`[`, 200)+strings.Repeat(`]`, 200), strings.Repeat(`{"a":`, 200)+`1`+strings.Repeat(`}`, 200))
	return []frameCase{
		{"json-nulls-first-column", data.NewFrame("", newField("nullable", rawMessages(`1`, `2`, `3`), second))},
		{"json-nulls-later-column", data.NewFrame("", index(3), newField("nullable", rawMessages(`1`, `2`, `3`), second))},
		{"json-text-null", data.NewFrame("",
			newField("plain", null, nil), newField("nullable", null, func(row int) bool { return row == 0 }))},
		{"json-white-space", data.NewFrame("", newField("plain", spaced, nil), newField("nullable", spaced, second))},
		{"json-number-beyond-float64", data.NewFrame("", newField("plain", rawMessages(`1`, `1e400`, `[1e400]`, `2`), nil))},
		{"json-empty", data.NewFrame("", newField("plain", empty, nil), newField("nullable", empty, second))},
		{"json-deep", data.NewFrame("", newField("plain", deep, nil))},
	}
}

func rawMessages(texts ...string) []json.RawMessage {
	messages := make([]json.RawMessage, len(texts))
	for i, text := range texts {
		messages[i] = json.RawMessage(text)
	}
	return messages
}
