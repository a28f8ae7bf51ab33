// Command launch is a host on packages/go. It runs one plugin, and prints a JSON line for each case.
//
//	launch weather MAJOR COMMAND…   calls an example of the languages, or the weather plugin
//	launch tls COMMAND…             the same by mutual TLS, major 2
//	launch start SECONDS COMMAND…   prints the error of a start
//	launch hold COMMAND…            prints the pid of the plugin, and waits to be killed
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"time"

	gpp "github.com/grafana-plugin-protocol/grafana-plugin-protocol/packages/go"
	"github.com/grafana/grafana-plugin-model/go/datasource"
	"github.com/grafana/grafana-plugin-sdk-go/data"
	"github.com/grafana/grafana-plugin-sdk-go/genproto/pluginv2"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// caseTimeout only bounds a hanging peer; no case waits for it.
const caseTimeout = 2 * time.Minute

func main() {
	if len(os.Args) < 3 {
		fmt.Fprintln(os.Stderr, "launch: expected a kind and a command")
		os.Exit(2)
	}
	kind, rest := os.Args[1], os.Args[2:]
	ok := true
	switch kind {
	case "weather":
		ok = run(rest[0], false, rest[1:])
	case "tls":
		ok = run("2", true, rest)
	case "start":
		start(rest[0], rest[1:])
	case "hold":
		hold(rest)
	}
	if !ok {
		os.Exit(1)
	}
}

func command(words []string) *exec.Cmd { return exec.Command(words[0], words[1:]...) }

func run(majorText string, withTLS bool, words []string) bool {
	major, err := strconv.Atoi(majorText)
	if err != nil {
		panic(err)
	}
	ok := true
	check := func(name string, work func(context.Context) error) {
		ctx, cancel := context.WithTimeout(context.Background(), caseTimeout)
		defer cancel()
		err := work(ctx)
		line := map[string]any{"case": name, "ok": err == nil}
		if err != nil {
			ok, line["detail"] = false, err.Error()
		}
		printLine(line)
	}
	var plugin *gpp.Plugin
	process := command(words)
	check("it starts, and the major is agreed on", func(ctx context.Context) (err error) {
		options := gpp.LaunchOptions{Command: process, Majors: []int{major}, AutoMTLS: withTLS}
		if plugin, err = gpp.Launch(ctx, options); err != nil {
			return err
		}
		return errors.Join(
			same(major, plugin.ProtocolVersion), same(major == 1, plugin.V1 != nil), same(major == 2, plugin.V2 != nil))
	})
	if plugin == nil {
		return false
	}
	if major == 1 {
		check("Query", func(ctx context.Context) error { return callV1(ctx, plugin.V1) })
	} else {
		check("QueryData", func(ctx context.Context) error { return callData(ctx, plugin.V2) })
		check("CheckHealth", func(ctx context.Context) error { return callHealth(ctx, plugin.V2) })
		check("CallResource", func(ctx context.Context) error { return callResource(ctx, plugin.V2) })
		check("RunStream, and leaving it", func(ctx context.Context) error { return callStream(ctx, plugin.V2) })
		check("a service that it lacks", func(ctx context.Context) error {
			_, err := plugin.V2.Admission.MutateAdmission(ctx, &pluginv2.AdmissionRequest{})
			return same(codes.Unimplemented, status.Code(err))
		})
	}
	check("it ends, with exit code 0", func(context.Context) error {
		plugin.Close()
		plugin.Close()
		return errors.Join(same(true, plugin.Exited()), same(0, process.ProcessState.ExitCode()))
	})
	return ok
}

func callV1(ctx context.Context, v1 *gpp.V1Clients) error {
	answer, err := v1.Datasource.Query(ctx, &datasource.DatasourceRequest{Queries: []*datasource.Query{
		{RefId: "A", ModelJson: `{"rawSql":"select count(*) as n from weather"}`}, {RefId: "B", ModelJson: "{}"},
	}})
	if err != nil {
		return err
	}
	results := answer.GetResults()
	if len(results) != 2 || len(results[0].GetTables()) != 1 {
		return fmt.Errorf("expected a table and an error, got %v", answer)
	}
	return errors.Join(
		same(2922.0, results[0].GetTables()[0].GetRows()[0].GetValues()[0].GetDoubleValue()),
		same(true, strings.Contains(results[1].GetError(), "rawSql")))
}

func callData(ctx context.Context, v2 *gpp.V2Clients) error {
	query := &pluginv2.DataQuery{RefId: "A", Json: []byte(`{"rawSql":"select count(*) as n from weather"}`)}
	wrong := &pluginv2.DataQuery{RefId: "B"}
	answer, err := v2.Data.QueryData(ctx, &pluginv2.QueryDataRequest{Queries: []*pluginv2.DataQuery{query, wrong}})
	if err != nil {
		return err
	}
	frames, err := data.UnmarshalArrowFrames(answer.GetResponses()["A"].GetFrames())
	if err != nil {
		return err
	}
	if len(frames) != 1 || len(frames[0].Fields) != 1 {
		return fmt.Errorf("expected one frame with one field, got %d frames", len(frames))
	}
	value, err := frames[0].Fields[0].FloatAt(0)
	return errors.Join(err, same(2922.0, value), same(int32(400), answer.GetResponses()["B"].GetStatus()))
}

func callHealth(ctx context.Context, v2 *gpp.V2Clients) error {
	health, err := v2.Diagnostics.CheckHealth(ctx, &pluginv2.CheckHealthRequest{})
	return errors.Join(err, same("2922 days of weather in 2 places", health.GetMessage()))
}

func callResource(ctx context.Context, v2 *gpp.V2Clients) error {
	call, err := v2.Resource.CallResource(ctx, &pluginv2.CallResourceRequest{Method: "GET", Path: "columns"})
	if err != nil {
		return err
	}
	part, err := call.Recv()
	return errors.Join(err, same(int32(200), part.GetCode()), same(true, strings.Contains(string(part.GetBody()), "temp_max")))
}

func callStream(ctx context.Context, v2 *gpp.V2Clients) error {
	ctx, leave := context.WithCancel(ctx)
	defer leave()
	call, err := v2.Stream.RunStream(ctx, &pluginv2.RunStreamRequest{Path: "replay/seattle"})
	if err != nil {
		return err
	}
	packet, err := call.Recv()
	if err != nil {
		return err
	}
	leave()
	for {
		if _, err := call.Recv(); err != nil {
			return errors.Join(
				same(codes.Canceled, status.Code(err)), same(true, strings.Contains(string(packet.GetData()), "temp_max")))
		}
	}
}

func start(secondsText string, words []string) {
	seconds, err := strconv.Atoi(secondsText)
	if err != nil {
		panic(err)
	}
	timeout := time.Duration(seconds) * time.Second
	options := gpp.LaunchOptions{Command: command(words), Majors: []int{2}, StartTimeout: timeout}
	plugin, err := gpp.Launch(context.Background(), options)
	if err == nil {
		plugin.Close()
		printLine(map[string]any{"message": ""})
		return
	}
	printLine(map[string]any{"message": err.Error()})
}

func hold(words []string) {
	plugin, err := gpp.Launch(context.Background(), gpp.LaunchOptions{Command: command(words), Majors: []int{2}})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Println(plugin.Pid)
	select {}
}

func printLine(line map[string]any) {
	if err := json.NewEncoder(os.Stdout).Encode(line); err != nil {
		panic(err) // nobody reads the report any more
	}
}

func same[T comparable](expected, seen T) error {
	if expected != seen {
		return fmt.Errorf("expected %v, got %v", expected, seen)
	}
	return nil
}
