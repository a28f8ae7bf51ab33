package gpp

import "os/exec"

// A watchdog does not exist on Windows: go-plugin has no process groups there.
type watchdog struct{}

func ownGroup(*exec.Cmd) {}

func killGroup(*exec.Cmd) {}

func watch(int) *watchdog { return nil }

func (*watchdog) stop() {}
