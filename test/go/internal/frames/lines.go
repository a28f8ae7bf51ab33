package frames

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

type request struct {
	Name   string `json:"name"`
	Format string `json:"format"`
	Base64 []byte `json:"base64"`
}

type answer struct {
	Name        string       `json:"name"`
	Description *Description `json:"description,omitempty"`
	Error       string       `json:"error,omitempty"`
}

// DescribeLines answers each line of in, `{"name":…,"format":"arrow"|"json","base64":…}`, by one line of out:
// `{"name":…,"description":…}` or `{"name":…,"error":…}`.
func DescribeLines(in io.Reader, out io.Writer) error {
	lines := bufio.NewReader(in)
	encoder := NewEncoder(out)
	for {
		line, err := lines.ReadBytes('\n')
		if len(line) > 0 {
			if err := encoder.Encode(answerTo(line)); err != nil {
				return err
			}
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

func answerTo(line []byte) answer {
	var r request
	if err := json.Unmarshal(line, &r); err != nil {
		return answer{Error: fmt.Sprintf("this line is no request: %v", err)}
	}
	description, err := Read(r.Format, r.Base64)
	if err != nil {
		return answer{Name: r.Name, Error: err.Error()}
	}
	return answer{Name: r.Name, Description: description}
}

// NewEncoder writes texts as they are: Go would escape <, > and &, which other languages do not.
func NewEncoder(out io.Writer) *json.Encoder {
	encoder := json.NewEncoder(out)
	encoder.SetEscapeHTML(false)
	return encoder
}
