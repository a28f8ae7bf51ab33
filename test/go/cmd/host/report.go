package main

import (
	"context"
	"encoding/json"
	"os"
	"regexp"
	"time"
)

// caseTimeout only bounds a hanging peer; no case waits for it.
const caseTimeout = 2 * time.Minute

// maxDetail keeps a case about 15 MiB from printing them.
const maxDetail = 2000

type testCase struct {
	name string
	run  func(ctx context.Context) error
}

// A report prints one JSON line a case.
type report struct {
	only *regexp.Regexp
	ok   bool
}

func (r *report) matching(ctx context.Context, name string, run func(context.Context) error) {
	if r.only.MatchString(name) {
		r.always(ctx, name, run)
	}
}

func (r *report) always(ctx context.Context, name string, run func(context.Context) error) bool {
	ctx, cancel := context.WithTimeout(ctx, caseTimeout)
	defer cancel()
	err := run(ctx)
	detail := ""
	if err != nil {
		detail = err.Error()
	}
	r.line(name, err == nil, detail)
	return err == nil
}

func (r *report) line(name string, ok bool, detail string) {
	r.ok = r.ok && ok
	if len(detail) > maxDetail {
		detail = detail[:maxDetail] + "…"
	}
	line := struct {
		Case   string `json:"case"`
		OK     bool   `json:"ok"`
		Detail string `json:"detail,omitempty"`
	}{name, ok, detail}
	if err := json.NewEncoder(os.Stdout).Encode(line); err != nil {
		panic(err) // nobody reads the report any more
	}
}
