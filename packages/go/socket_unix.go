//go:build !windows

package gpp

import "syscall"

// socketsForUserAlone lets sockets be made without access for others, until the returned function is called. It is for
// the start of a program, when nothing else makes files.
func socketsForUserAlone() (restore func()) {
	old := syscall.Umask(0o177)
	return once(func() { syscall.Umask(old) })
}
