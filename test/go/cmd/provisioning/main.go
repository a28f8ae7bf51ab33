// Command provisioning says what Go's own libraries make of values and documents that it reads from stdin as JSON: of
// values by os.Expand and a regular expression, with the variables and files that the input has; of documents by yaml.v2,
// which Grafana reads its provisioning with.
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"regexp"
	"strings"

	"go.yaml.in/yaml/v2"
)

type input struct {
	Variables map[string]string `json:"variables"`
	Files     map[string]string `json:"files"`
	Values    []string          `json:"values"`
	Documents []string          `json:"documents"`
}

type output struct {
	Values    []string   `json:"values"`
	Documents []document `json:"documents"`
}

// What a document is for each of the types that Grafana reads members with.
type document struct {
	// As jsonData; null for an error.
	Any json.RawMessage `json:"any"`
	// As secureJsonData; null for an error.
	Texts map[string]string `json:"texts"`
}

func main() {
	var in input
	if err := json.NewDecoder(os.Stdin).Decode(&in); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	for path, text := range in.Files {
		in.Files[path] = strings.TrimSpace(text)
	}
	var out output
	for _, value := range in.Values {
		out.Values = append(out.Values, in.expand(value))
	}
	for _, text := range in.Documents {
		out.Documents = append(out.Documents, read(text))
	}
	encoder := json.NewEncoder(os.Stdout)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(out); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

var call = regexp.MustCompile(`\$(|__\w+){([^}]+)}`)

// What is between two double dollars is a value of its own: first variables in braces, then files, then all variables.
func (in input) expand(value string) string {
	var parts []string
	for _, part := range strings.Split(value, "$$") {
		part = replace(part, []string{"", "__env"}, in.Variables)
		part = replace(part, []string{"__file"}, in.Files)
		parts = append(parts, os.Expand(part, func(name string) string { return in.Variables[name] }))
	}
	return strings.Join(parts, "$")
}

func replace(text string, names []string, values map[string]string) string {
	return call.ReplaceAllStringFunc(text, func(found string) string {
		match := call.FindStringSubmatch(found)
		for _, name := range names {
			if match[1] == name {
				return values[match[2]]
			}
		}
		return found
	})
}

func read(text string) document {
	var any map[string]interface{}
	var texts map[string]string
	var result document
	if err := yaml.Unmarshal([]byte(text), &any); err == nil {
		if encoded, err := json.Marshal(jsonOf(any)); err == nil {
			result.Any = encoded
		}
	}
	if err := yaml.Unmarshal([]byte(text), &texts); err == nil {
		result.Texts = texts
	}
	return result
}

// JSON has no keys but texts.
func jsonOf(value interface{}) interface{} {
	switch value := value.(type) {
	case map[string]interface{}:
		members := map[string]interface{}{}
		for key, member := range value {
			members[key] = jsonOf(member)
		}
		return members
	case map[interface{}]interface{}:
		members := map[string]interface{}{}
		for key, member := range value {
			members[fmt.Sprint(key)] = jsonOf(member)
		}
		return members
	case []interface{}:
		items := []interface{}{}
		for _, item := range value {
			items = append(items, jsonOf(item))
		}
		return items
	default:
		return value
	}
}
