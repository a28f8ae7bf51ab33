package main

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"sync"
	"time"
)

// A client has one connection, which is kept alive. It costs little, so that the gateway is what is measured.
type client struct {
	conn   net.Conn
	reader *bufio.Reader
	buffer []byte
}

func (g *gateway) dial() (*client, error) {
	conn, err := net.Dial("tcp", g.address)
	if err != nil {
		return nil, err
	}
	return &client{conn, bufio.NewReaderSize(conn, 64<<10), make([]byte, 64<<10)}, nil
}

// do sends a request as it stands, and gives the number of bytes of the answer's body. The body is kept for a look at it.
func (c *client) do(request []byte, body io.Writer) (int64, error) {
	response, err := c.begin(request)
	if err != nil {
		return 0, err
	}
	return c.finish(response, body)
}

func (c *client) begin(request []byte) (*http.Response, error) {
	if _, err := c.conn.Write(request); err != nil {
		return nil, err
	}
	return http.ReadResponse(c.reader, nil)
}

func (c *client) finish(response *http.Response, body io.Writer) (int64, error) {
	read, err := io.CopyBuffer(onlyWriter{body}, response.Body, c.buffer)
	if err != nil {
		return 0, err
	}
	if response.StatusCode != http.StatusOK {
		return 0, fmt.Errorf("expected the status 200, got %s", response.Status)
	}
	return read, nil
}

// onlyWriter hides other methods, so that the buffer is used.
type onlyWriter struct{ io.Writer }

// A caller asks once. It gets a client of its own, and returns how many units it moved.
type caller func(*client) (float64, error)

// A ran is what a number of callers did.
type ran struct {
	latencies []float64 // microseconds, sorted
	units     float64
	elapsed   time.Duration
}

// callers ask one after the other, all at the same time. The first error ends it.
func callers(call caller, clients []*client, duration time.Duration) (ran, error) {
	began := time.Now()
	end := began.Add(duration)
	latencies := make([][]float64, len(clients))
	units := make([]float64, len(clients))
	errs := make([]error, len(clients))
	var all sync.WaitGroup
	for i, c := range clients {
		all.Go(func() {
			for before := time.Now(); ; {
				moved, err := call(c)
				if err != nil {
					errs[i] = err
					return
				}
				after := time.Now()
				units[i] += moved
				latencies[i] = append(latencies[i], float64(after.Sub(before))/1e3)
				if before = after; after.After(end) {
					return
				}
			}
		})
	}
	all.Wait()
	did := ran{latencies: slices.Concat(latencies...), elapsed: time.Since(began)}
	slices.Sort(did.latencies)
	for _, moved := range units {
		did.units += moved
	}
	for _, err := range errs {
		if err != nil {
			return did, err
		}
	}
	return did, nil
}

func (r ran) percentile(percent int) float64 { return r.latencies[len(r.latencies)*percent/100] }

// request is a POST, or without a body a GET, as a frontend sends it.
func (g *gateway) request(path, accept, body string) []byte {
	var text bytes.Buffer
	method := "GET"
	if body != "" {
		method = "POST"
	}
	fmt.Fprintf(&text, "%s %s HTTP/1.1\r\nHost: %s\r\nAccept: %s\r\n", method, path, g.address, accept)
	text.WriteString("User-Agent: Mozilla/5.0 (X11; Linux x86_64) Chrome/140.0\r\nX-Dashboard-Uid: dashboard-1\r\nX-Panel-Id: 2\r\n")
	fmt.Fprintf(&text, "X-Datasource-Uid: %s\r\nX-Plugin-Id: %s\r\n", sourceUID, sourceType)
	if body != "" {
		fmt.Fprintf(&text, "Content-Type: application/json\r\nContent-Length: %d\r\n", len(body))
	}
	text.WriteString("\r\n" + body)
	return text.Bytes()
}
