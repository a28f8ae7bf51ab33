package hosting

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// caseTimeout only bounds a hanging peer; no case waits for it.
const caseTimeout = 2 * time.Minute

// A Case is one named thing that the host does with the plugin.
type Case struct {
	Name string
	Run  func(ctx context.Context) error
}

// A report prints one JSON line a case, as ../../../cmd/host does.
type report struct{ failed bool }

func (r *report) run(name string, run func(context.Context) error) bool {
	ctx, cancel := context.WithTimeout(context.Background(), caseTimeout)
	defer cancel()
	line := struct {
		Case   string `json:"case"`
		OK     bool   `json:"ok"`
		Detail string `json:"detail,omitempty"`
	}{Case: name, OK: true}
	if err := run(ctx); err != nil {
		r.failed = true
		line.OK, line.Detail = false, fmt.Sprintf("%.2000s", err)
	}
	if err := json.NewEncoder(os.Stdout).Encode(line); err != nil {
		panic(err) // nobody reads the report any more
	}
	return line.OK
}

// Same expects one value.
func Same[T comparable](what string, want, got T) error {
	if want == got {
		return nil
	}
	return fmt.Errorf("%s: expected %.200v, got %.200v", what, want, got)
}

// SameList expects the same values in the same order.
func SameList[T comparable](what string, want, got []T) error {
	if slices.Equal(want, got) {
		return nil
	}
	return fmt.Errorf("%s: expected %v, got %v", what, want, got)
}

// FailsWith expects one of the codes.
func FailsWith(err error, want ...codes.Code) error {
	if err == nil {
		return fmt.Errorf("expected code %v, got an answer", want)
	}
	if got := status.Code(err); !slices.Contains(want, got) {
		return fmt.Errorf("expected code %v, got %v: %v", want, got, err)
	}
	return nil
}
