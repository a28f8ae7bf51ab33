// Command vectors is the adapter of Go: the messages that a program with packages/go has, by their generated types.
// ../../README.md states the protocol.
package main

import (
	"bufio"
	"encoding/base64"
	"fmt"
	"io"
	"os"
	"strings"

	_ "github.com/grafana-plugin-protocol/grafana-plugin-protocol/packages/go"
	_ "github.com/hashicorp/go-plugin"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
)

func main() {
	if err := run(os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "vectors:", err)
		os.Exit(2)
	}
}

func run(in io.Reader, out io.Writer) error {
	reader := bufio.NewReaderSize(in, 1<<20)
	writer := bufio.NewWriter(out)
	for {
		line, err := reader.ReadString('\n')
		if line = strings.TrimSuffix(line, "\n"); line != "" {
			text, failed := answer(line)
			if failed != nil {
				return failed
			}
			fmt.Fprintln(writer, text)
		}
		if err == io.EOF {
			return writer.Flush()
		}
		if err != nil {
			return err
		}
	}
}

func answer(line string) (string, error) {
	fields := strings.Split(line, "\t")
	if len(fields) != 4 {
		return "", fmt.Errorf("expected four fields, got %q", line)
	}
	id, name, form := fields[0], fields[1], fields[2]
	input, err := base64.StdEncoding.DecodeString(fields[3])
	if err != nil {
		return "", fmt.Errorf("%s: the input is not base64: %w", id, err)
	}
	kind, err := protoregistry.GlobalTypes.FindMessageByName(protoreflect.FullName(name))
	if err != nil {
		return "", fmt.Errorf("%s: no message %s is linked: %w", id, name, err)
	}
	binary, text, err := pass(kind.New().Interface(), form, input)
	if err != nil {
		return id + "\trefused\t" + strings.Join(strings.Fields(err.Error()), " "), nil
	}
	return id + "\tok\t" + base64.StdEncoding.EncodeToString(binary) + "\t" + base64.StdEncoding.EncodeToString(text), nil
}

// pass decodes the input and encodes the message again.
func pass(message proto.Message, form string, input []byte) (binary, text []byte, err error) {
	if form == "json" {
		err = protojson.Unmarshal(input, message)
	} else {
		err = proto.Unmarshal(input, message)
	}
	if err != nil {
		return nil, nil, err
	}
	if binary, err = (proto.MarshalOptions{Deterministic: true}).Marshal(message); err != nil {
		return nil, nil, err
	}
	text, err = protojson.Marshal(message)
	return binary, text, err
}
