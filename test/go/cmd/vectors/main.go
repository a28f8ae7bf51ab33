// Command vectors judges the vectors of ../../vectors: it decodes each and encodes it again, and says what it refused.
//
// It speaks the protocol of the adapters (test/vectors/README.md). What counts is the dynamic message over the image. Where
// an official module has a generated type, that is asked as well, and the program ends if the two disagree: then neither
// is a judge. The types of grafana-plugin-model are not asked: their code is of 2019, runs through a layer of
// compatibility, and sets a submessage whose field has the wrong wire type. The Go adapter shows what they do.
package main

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"

	_ "github.com/grafana/grafana-plugin-sdk-go/genproto/pluginv2"
	_ "github.com/hashicorp/go-plugin"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
	"google.golang.org/protobuf/types/descriptorpb"
	"google.golang.org/protobuf/types/dynamicpb"
)

func main() {
	image := flag.String("image", "", "the descriptors: a binary FileDescriptorSet as `buf build` writes it")
	flag.Parse()
	if err := run(*image, os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "vectors:", err)
		os.Exit(2)
	}
}

func run(image string, in io.Reader, out io.Writer) error {
	files, err := readImage(image)
	if err != nil {
		return err
	}
	reader := bufio.NewReaderSize(in, 1<<20)
	writer := bufio.NewWriter(out)
	for {
		line, err := reader.ReadString('\n')
		if line = strings.TrimSuffix(line, "\n"); line != "" {
			text, failed := answer(files, line)
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

func readImage(path string) (*protoregistry.Files, error) {
	content, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("cannot read the image, write it with `npm run vectors:write`: %w", err)
	}
	set := &descriptorpb.FileDescriptorSet{}
	if err := proto.Unmarshal(content, set); err != nil {
		return nil, fmt.Errorf("%s is not a FileDescriptorSet: %w", path, err)
	}
	return protodesc.NewFiles(set)
}

func answer(files *protoregistry.Files, line string) (string, error) {
	fields := strings.Split(line, "\t")
	if len(fields) != 4 {
		return "", fmt.Errorf("expected four fields, got %q", line)
	}
	id, name, form := fields[0], protoreflect.FullName(fields[1]), fields[2]
	input, err := base64.StdEncoding.DecodeString(fields[3])
	if err != nil {
		return "", fmt.Errorf("%s: the input is not base64: %w", id, err)
	}
	descriptor, err := files.FindDescriptorByName(name)
	if err != nil {
		return "", fmt.Errorf("%s: the image has no message %s", id, name)
	}
	message, ok := descriptor.(protoreflect.MessageDescriptor)
	if !ok {
		return "", fmt.Errorf("%s: %s is not a message", id, name)
	}
	dynamic := judge(dynamicpb.NewMessageType(message), form, input)
	if generated, err := protoregistry.GlobalTypes.FindMessageByName(name); err == nil {
		if official := judge(generated, form, input); !official.equals(dynamic, generated) {
			return "", fmt.Errorf("%s: the official type and the dynamic message disagree:\n  %s\n  %s", id, official, dynamic)
		}
	}
	return id + "\t" + dynamic.String(), nil
}

// A verdict is what one kind of message makes of an input.
type verdict struct {
	refused error
	binary  []byte
	json    []byte
}

func judge(kind protoreflect.MessageType, form string, input []byte) verdict {
	message := kind.New().Interface()
	var err error
	if form == "json" {
		err = protojson.Unmarshal(input, message)
	} else {
		err = proto.Unmarshal(input, message)
	}
	if err != nil {
		return verdict{refused: err}
	}
	binary, err := proto.MarshalOptions{Deterministic: true}.Marshal(message)
	if err != nil {
		return verdict{refused: err}
	}
	text, err := protojson.Marshal(message)
	if err != nil {
		return verdict{refused: err}
	}
	// protojson varies white space on purpose.
	compact := &bytes.Buffer{}
	if err := json.Compact(compact, text); err != nil {
		return verdict{refused: err}
	}
	return verdict{binary: binary, json: compact.Bytes()}
}

// equals compares the verdict of a generated type with that of the dynamic message. A generated type writes the tag of an
// unknown field in its shortest form, a dynamic message as it came: so the other's bytes pass through the type once more.
func (v verdict) equals(other verdict, kind protoreflect.MessageType) bool {
	if v.refused != nil || other.refused != nil {
		return (v.refused == nil) == (other.refused == nil)
	}
	return bytes.Equal(v.binary, judge(kind, "binary", other.binary).binary) && bytes.Equal(v.json, other.json)
}

func (v verdict) String() string {
	if v.refused != nil {
		return "refused\t" + strings.Join(strings.Fields(v.refused.Error()), " ")
	}
	return "ok\t" + base64.StdEncoding.EncodeToString(v.binary) + "\t" + base64.StdEncoding.EncodeToString(v.json)
}
