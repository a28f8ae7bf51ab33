// Command gtime says what the SDK makes of intervals and of relative times, for ../golden/time.
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"time"
	// For machines without a database of time zones.
	_ "time/tzdata"
)

const usage = `usage:
  gtime intervals  durations, intervals, and what is made of them
  gtime ranges     relative times in many time zones
`

func main() {
	// Nothing may depend on the time zone of the machine.
	time.Local = time.UTC
	var made any
	switch {
	case len(os.Args) == 2 && os.Args[1] == "intervals":
		made = intervals()
	case len(os.Args) == 2 && os.Args[1] == "ranges":
		made = ranges()
	default:
		fmt.Fprint(os.Stderr, usage)
		os.Exit(2)
	}
	encoder := json.NewEncoder(os.Stdout)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(made); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// answer is what a function of the SDK returned: "!" for an error or a panic, else the text.
func answer(call func() (string, error)) (text string) {
	defer func() {
		if recover() != nil {
			text = "!"
		}
	}()
	made, err := call()
	if err != nil {
		return "!"
	}
	return made
}
