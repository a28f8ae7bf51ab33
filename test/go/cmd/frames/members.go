package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"slices"

	"grafana-plugin-protocol.test/peers/internal/frames"
)

// A memberCase is one frame JSON in which a single member or element was changed, and how the SDK reads it.
type memberCase struct {
	Path        string              `json:"path"`
	Change      string              `json:"change"`
	JSON        string              `json:"json"`
	Description *frames.Description `json:"description,omitempty"`
	Error       string              `json:"error,omitempty"`
}

// The values that a member or an element is replaced by. None of them is right for all members.
var replacements = []string{`null`, `true`, `0`, `-1`, `1.5`, `"x"`, `[]`, `{}`, `[null]`, `{"a":null}`}

// printMembers writes a list with one line a case: each member of frame JSON missing, null and of a wrong type.
func printMembers() error {
	out := bufio.NewWriter(os.Stdout)
	seen := map[string]bool{}
	separator := "[\n"
	for _, base := range memberBases() {
		tree, err := parseTree(json.NewDecoder(bytes.NewReader([]byte(base.json))))
		if err != nil {
			return fmt.Errorf("%s: %w", base.json, err)
		}
		for _, c := range memberCases(tree, base.under) {
			if seen[c.JSON] {
				continue
			}
			seen[c.JSON] = true
			if c.Description, err = frames.Read("json", []byte(c.JSON)); err != nil {
				c.Error = err.Error()
			}
			fmt.Fprint(out, separator)
			if err := encodeLine(out, c); err != nil {
				return err
			}
			separator = ","
		}
	}
	fmt.Fprintln(out, "]")
	return out.Flush()
}

func encodeLine(out *bufio.Writer, c memberCase) error {
	return frames.NewEncoder(out).Encode(c)
}

// A node is a JSON value whose members keep their order, which the SDK depends on: an object has keys, a list has only
// children, anything else is a text.
type node struct {
	keys     []string
	children []*node
	text     string
	isObject bool
	isList   bool
}

func parseTree(decoder *json.Decoder) (*node, error) {
	token, err := decoder.Token()
	if err != nil {
		return nil, err
	}
	delim, ok := token.(json.Delim)
	if !ok {
		text, err := json.Marshal(token)
		return &node{text: string(text)}, err
	}
	n := &node{isObject: delim == '{', isList: delim == '['}
	for decoder.More() {
		if n.isObject {
			key, err := decoder.Token()
			if err != nil {
				return nil, err
			}
			n.keys = append(n.keys, key.(string))
		}
		child, err := parseTree(decoder)
		if err != nil {
			return nil, err
		}
		n.children = append(n.children, child)
	}
	_, err = decoder.Token()
	return n, err
}

func (n *node) write(out *bytes.Buffer) {
	if !n.isObject && !n.isList {
		out.WriteString(n.text)
		return
	}
	brackets := "[]"
	if n.isObject {
		brackets = "{}"
	}
	out.WriteByte(brackets[0])
	for i, child := range n.children {
		if i > 0 {
			out.WriteByte(',')
		}
		if n.isObject {
			fmt.Fprintf(out, "%q:", n.keys[i])
		}
		child.write(out)
	}
	out.WriteByte(brackets[1])
}

// memberCases changes what lies under a path of a tree, one place at a time.
func memberCases(root *node, under string) []memberCase {
	var cases []memberCase
	add := func(path, change string) {
		var out bytes.Buffer
		root.write(&out)
		cases = append(cases, memberCase{Path: path, Change: change, JSON: out.String()})
	}
	var visit func(n *node, path string)
	visit = func(n *node, path string) {
		for i, child := range n.children {
			childPath := fmt.Sprintf("%s[%d]", path, i)
			if n.isObject {
				childPath = path + "." + n.keys[i]
			}
			if len(childPath) > len(under) && childPath[:len(under)] == under {
				for _, text := range replacements {
					n.children[i] = &node{text: text}
					add(childPath, text)
				}
				n.children[i] = child
				without := *n
				without.children = slices.Delete(slices.Clone(n.children), i, i+1)
				if n.isObject {
					without.keys = slices.Delete(slices.Clone(n.keys), i, i+1)
				}
				whole := *n
				*n = without
				add(childPath, "missing")
				*n = whole
			}
			visit(child, childPath)
		}
	}
	visit(root, "")
	return cases
}
