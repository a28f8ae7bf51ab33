package usage

import (
	"fmt"
	"os"
	"strings"
	"syscall"
	"unsafe"
)

// CPUMicrosOf is the CPU time that all threads of another process have used.
func CPUMicrosOf(pid int) (float64, error) {
	// That of clock_getcpuclockid(3).
	clock := uintptr(^pid<<3 | 2)
	var spent syscall.Timespec
	if _, _, errno := syscall.Syscall(syscall.SYS_CLOCK_GETTIME, clock, uintptr(unsafe.Pointer(&spent)), 0); errno != 0 {
		return 0, fmt.Errorf("the CPU clock of process %d: %w", pid, errno)
	}
	return float64(spent.Nano()) / 1e3, nil
}

// BytesOf is the memory that another process has now.
func BytesOf(pid int) (float64, error) {
	path := fmt.Sprintf("/proc/%d/statm", pid)
	text, err := os.ReadFile(path)
	if err != nil {
		return 0, err
	}
	var size, resident int
	if _, err := fmt.Fscan(strings.NewReader(string(text)), &size, &resident); err != nil {
		return 0, fmt.Errorf("%s: %w", path, err)
	}
	return float64(resident * os.Getpagesize()), nil
}
