package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"

	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/ipc"
	"github.com/grafana/grafana-plugin-sdk-go/data"
)

// writeCompressed writes frames of the corpus, and one that takes several blocks, with the codecs of Arrow files.
func writeCompressed(dir string) error {
	codecs := map[string][]ipc.Option{
		"lz4":  {ipc.WithLZ4()},
		"zstd": {ipc.WithZstd()},
		// As the C++ library does with buffers that would become larger.
		"lz4-some": {ipc.WithLZ4(), ipc.WithMinSpaceSavings(0.3)},
	}
	cases := []frameCase{{"many-blocks", manyBlocks()}}
	for _, c := range corpus() {
		if c.name == "shape-log-lines" || c.name == "grid-513-alternate" || c.name == "fields-without-rows" {
			cases = append(cases, c)
		}
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	for _, c := range cases {
		for codec, options := range codecs {
			encoded, err := compress(c.frame, options)
			if err != nil {
				return fmt.Errorf("%s by %s: %w", c.name, codec, err)
			}
			if err := os.WriteFile(filepath.Join(dir, c.name+"."+codec+".arrow"), encoded, 0o644); err != nil {
				return err
			}
		}
	}
	return nil
}

// compress checks that the SDK itself reads what it gives.
func compress(frame *data.Frame, options []ipc.Option) ([]byte, error) {
	table, err := data.FrameToArrowTable(frame)
	if err != nil {
		return nil, err
	}
	defer table.Release()
	var out bytes.Buffer
	reader := array.NewTableReader(table, -1)
	defer reader.Release()
	writer, err := ipc.NewFileWriter(&out, append(options, ipc.WithSchema(table.Schema()))...)
	if err != nil {
		return nil, err
	}
	for reader.Next() {
		if err := writer.Write(reader.RecordBatch()); err != nil {
			return nil, err
		}
	}
	if err := writer.Close(); err != nil {
		return nil, err
	}
	_, err = data.UnmarshalArrowFrame(out.Bytes())
	return out.Bytes(), err
}

// manyBlocks is larger than several blocks of LZ4, and compresses to little.
func manyBlocks() *data.Frame {
	const rows = 20_000
	numbers := make([]float64, rows)
	texts := make([]string, rows)
	for i := range numbers {
		numbers[i] = float64(i % 7)
		texts[i] = fmt.Sprintf("row %d", i%100)
	}
	return data.NewFrame("many blocks", data.NewField("number", nil, numbers), data.NewField("text", nil, texts))
}
