//go:build !windows

package gpp

import (
	"io"
	"os/exec"
	"strconv"
	"syscall"
)

// A watchdog is a shell that waits for the end of a pipe from this process, and then ends the plugin's process group.
type watchdog struct {
	command *exec.Cmd
	pipe    io.WriteCloser
}

// ownGroup gives the plugin a process group, so that what it starts ends with it.
func ownGroup(command *exec.Cmd) {
	if command.SysProcAttr == nil {
		command.SysProcAttr = &syscall.SysProcAttr{}
	}
	command.SysProcAttr.Setpgid = true
}

// killGroup kills what is left of the group of a command that was started.
func killGroup(command *exec.Cmd) {
	if command.Process != nil {
		_ = syscall.Kill(-command.Process.Pid, syscall.SIGKILL)
	}
}

// endGroup asks the group to end, so that a plugin can remove its socket, and kills what has not ended after 2 seconds.
const endGroup = `read -r word || { kill -TERM -"$1" && sleep 2 && kill -KILL -"$1"; } 2>/dev/null`

// watch starts the watchdog. Without a shell there is none, and a plugin that does not look for its host outlives it.
func watch(pid int) *watchdog {
	if pid == 0 {
		return nil
	}
	command := exec.Command("/bin/sh", "-c", endGroup, "sh", strconv.Itoa(pid))
	// A signal to the host's group is not for the watchdog.
	command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	pipe, err := command.StdinPipe()
	if err != nil {
		return nil
	}
	if err := command.Start(); err != nil {
		return nil
	}
	return &watchdog{command: command, pipe: pipe}
}

// stop ends the watchdog, which kills what is left of the group: the plugin itself has ended.
func (w *watchdog) stop() {
	if w == nil {
		return
	}
	_ = w.pipe.Close()
	_ = w.command.Wait()
}
