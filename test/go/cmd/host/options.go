package main

import (
	"flag"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

type options struct {
	majors        []int
	expect        int
	expectError   string
	extensions    bool
	services      string
	image         string
	noVersionList bool
	tls           bool
	verbose       bool
	weather       bool
	only          *regexp.Regexp
	command       []string
}

func parseOptions(args []string) (options, error) {
	var o options
	var majors, only string
	flags := flag.NewFlagSet("host", flag.ContinueOnError)
	flags.StringVar(&majors, "majors", "1,2", "protocol majors that the host offers")
	flags.IntVar(&o.expect, "expect", 0, "major that must be negotiated (default the highest of -majors)")
	flags.StringVar(&o.expectError, "expect-error", "", "the start must fail with an error that contains this")
	flags.BoolVar(&o.extensions, "extensions", false, "also call Renderer, Sanitizer and the v3 services")
	flags.StringVar(&o.services, "services", "all", "what the plugin serves in major 2: all or diagnostics")
	flags.StringVar(&o.image, "image", "", "binary FileDescriptorSet, for -extensions")
	flags.BoolVar(&o.noVersionList, "no-version-list", false, "start the plugin without PLUGIN_PROTOCOL_VERSIONS")
	flags.BoolVar(&o.tls, "tls", false, "use go-plugin's automatic mTLS")
	flags.BoolVar(&o.weather, "weather", false, "the plugin is the example of a language, not the fixture")
	flags.BoolVar(&o.verbose, "v", false, "log everything that go-plugin and the plugin say")
	flags.StringVar(&only, "only", "", "run only the cases whose name matches this regular expression")
	if err := flags.Parse(args); err != nil {
		return o, err
	}
	for part := range strings.SplitSeq(majors, ",") {
		major, err := strconv.Atoi(part)
		if err != nil {
			return o, fmt.Errorf("-majors is %q, expected numbers with commas between them", majors)
		}
		o.majors = append(o.majors, major)
	}
	if o.expect == 0 {
		o.expect = slices.Max(o.majors)
	}
	if o.services != "all" && o.services != "diagnostics" {
		return o, fmt.Errorf("-services is %q, expected all or diagnostics", o.services)
	}
	var err error
	if o.only, err = regexp.Compile(only); err != nil {
		return o, fmt.Errorf("-only: %w", err)
	}
	o.command = flags.Args()
	if len(o.command) == 0 {
		return o, fmt.Errorf("no plugin command is given: host [flags] -- <command> [arguments]")
	}
	return o, nil
}
