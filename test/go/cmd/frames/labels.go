package main

import (
	"io"

	"github.com/grafana/grafana-plugin-sdk-go/data"

	"grafana-plugin-protocol.test/peers/internal/frames"
)

type labelsFile struct {
	Parsed    []parsedLabels    `json:"parsed"`
	Formatted []formattedLabels `json:"formatted"`
}

type parsedLabels struct {
	Text   string      `json:"text"`
	Labels data.Labels `json:"labels"`
	Error  string      `json:"error,omitempty"`
}

type formattedLabels struct {
	Labels      data.Labels `json:"labels"`
	Text        string      `json:"text"`
	Fingerprint string      `json:"fingerprint"`
}

var labelTexts = []string{
	"", "a=b", `{a="b"}`, "a=b, c=d", `{a="b", c="d"}`, `{"a":"b"}`, `{"a":"b","c":"d"}`, `{"a": "b, c"}`, `{"a":null}`, `{"a":""}`,
	`{}`, `{`, "a", "a=", "=b", "a=b=c", "a==b", "a=b,c=d", "a=b, ", " a = b ", `service="users-directory"`, "method=GET", "a=b, a=c",
	`{"a":1}`, `{"a":1, "b":2}`, `{"a":{"b":1}}`, `{"a":"b"`, `{"a"="b"}`, `{"a":"=\"}{"}`, `__proto__=x`, `{"__proto__":"x"}`, "ü=☃", `{"a":"b"} `,
	`{a='b'}`, "a=b; c=d", "a=b,  c=d",
}

var labelSets = []data.Labels{
	nil, {}, {"a": "b"}, {"b": "2", "a": "1"}, {"a": ""}, {"": "x"}, {"host": "web-1", "dc": "eu", "Z": "upper"},
	{"ü": "☃"}, {"\uff5e": "1", "🙂": "2"}, {"a": "b, c=d"}, {"a": "\x00\x7f"},
}

func printLabels(out io.Writer) error {
	file := labelsFile{}
	for _, text := range labelTexts {
		parsed := parsedLabels{Text: text}
		labels, err := data.LabelsFromString(text)
		if err != nil {
			parsed.Error = err.Error()
		} else {
			parsed.Labels = labels
		}
		file.Parsed = append(file.Parsed, parsed)
	}
	for _, labels := range labelSets {
		file.Formatted = append(file.Formatted, formattedLabels{labels, labels.String(), labels.Fingerprint().String()})
	}
	return frames.NewEncoder(out).Encode(file)
}
