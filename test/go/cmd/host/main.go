// Command host runs the interop cases against one plugin, as Grafana would call it, and prints one JSON line a case.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"google.golang.org/grpc"
)

func main() {
	o, err := parseOptions(os.Args[1:])
	if err != nil {
		fmt.Fprintln(os.Stderr, "host:", err)
		os.Exit(2)
	}
	// An interrupted run still stops its plugin: the cases fail and `stop` comes next.
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	report := &report{only: o.only, ok: true}
	err = inTemporaryFolder(func() { run(ctx, o, report) })
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "host:", err)
		os.Exit(2)
	}
	if !report.ok {
		os.Exit(1)
	}
}

// inTemporaryFolder gives the plugin a TMPDIR of its own: go-plugin kills a plugin that it refuses,
// and a killed plugin leaves its socket behind.
func inTemporaryFolder(run func()) error {
	folder, err := os.MkdirTemp("", "host-")
	if err != nil {
		return err
	}
	if err := os.Setenv("TMPDIR", folder); err != nil {
		return err
	}
	run()
	return os.RemoveAll(folder)
}

func run(ctx context.Context, o options, report *report) {
	h := newHost(o)
	if o.expectError != "" {
		report.always(ctx, "handshake is refused", h.refused)
		return
	}
	started := report.always(ctx, "handshake", h.start)
	defer h.stop(ctx, report)
	if !started {
		return
	}
	cases, err := h.cases()
	if err != nil {
		report.always(ctx, "cases", func(context.Context) error { return err })
		return
	}
	for _, c := range cases {
		report.matching(ctx, c.name, c.run)
	}
}

// cases are those of the negotiated major.
func (h *host) cases() ([]testCase, error) {
	cases := []testCase{{"health ping", func(context.Context) error { return h.client.Ping() }}}
	switch {
	case h.options.weather:
		weather, err := weatherCases(h.major, h.client)
		return append(cases, weather...), err
	case h.major == 1:
		v1, err := v1Cases(h.client)
		return append(cases, v1...), err
	case h.major != 2:
		return cases, nil
	}
	p, err := newV2Plugin(h.client)
	if err != nil {
		return cases, err
	}
	if h.options.services == "diagnostics" {
		cases = append(cases, p.diagnosticsCases()...)
		return append(cases, p.missingCases(h.options.extensions)...), nil
	}
	for _, group := range [][]testCase{
		p.diagnosticsCases(),
		p.queryCases(),
		p.chunkedCases(),
		p.resourceCases(),
		p.streamCases(),
		p.admissionCases(),
		p.cancelCases(),
		p.largeCases(),
	} {
		cases = append(cases, group...)
	}
	if !h.options.extensions {
		return append(cases, missing(h.client.Conn, extensionRPCs)...), nil
	}
	extensions, err := extensionCases(h.client.Conn, h.options.image)
	return append(cases, extensions...), err
}

// missing expects Unimplemented from each RPC; the request is empty, as the call fails before it is read.
func missing(conn *grpc.ClientConn, rpcs []rpc) []testCase {
	var cases []testCase
	for _, r := range rpcs {
		cases = append(cases, testCase{"missing services " + r.service + "." + r.method, r.unimplemented(conn)})
	}
	return cases
}
