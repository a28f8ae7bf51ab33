package gpp

// socketsForUserAlone does nothing: go-plugin listens on TCP on Windows.
func socketsForUserAlone() (restore func()) { return func() {} }
