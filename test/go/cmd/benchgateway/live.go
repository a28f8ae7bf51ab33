package main

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"sync"
	"sync/atomic"
	"time"
)

const (
	liveChannels    = 10
	liveSubscribers = 1000
	// Packets of a channel that its subscribers may be behind: without it the sender would be faster than any gateway, and
	// clients would be dropped.
	liveWindow = 64
)

// liveLoad is a thousand subscribers on ten channels, whose plugin sends as fast as they receive. The rate is messages a
// second, of all subscribers.
func liveLoad(all gateways, o options) (figures, error) {
	found := figures{}
	rooms := make([]*room, len(all))
	for i, g := range all {
		r, err := openRoom(g, fmt.Sprintf("%s-%d", o.pace, i+1))
		if err != nil {
			return nil, err
		}
		defer r.close()
		rooms[i] = r
	}
	sums := make([]struct{ messages, seconds, cpu float64 }, len(all))
	// The first turn is the warm-up.
	for turn := range turns + 1 {
		for step := range all {
			i := (step + turn) % len(all)
			before, err := all[i].cpuMicros()
			if err != nil {
				return nil, err
			}
			messages, elapsed, err := rooms[i].run(o.duration)
			if err != nil {
				return nil, err
			}
			after, err := all[i].cpuMicros()
			if err != nil {
				return nil, err
			}
			if turn > 0 {
				sums[i].messages += messages
				sums[i].seconds += elapsed.Seconds()
				sums[i].cpu += after - before
			}
		}
	}
	for i, sum := range sums {
		found[fmt.Sprintf("rate live %d", i+1)] = sum.messages / sum.seconds
		found[fmt.Sprintf("cpu live %d", i+1)] = sum.cpu / sum.messages
	}
	return found, all.addBytes(found, "loaded")
}

// A room is the subscribers of one gateway, and what tells its plugin to send.
type room struct {
	listener net.Listener
	clients  []net.Conn
	channels [liveChannels]liveChannel
	failure  atomic.Pointer[error]
}

type liveChannel struct {
	pace     net.Conn
	sent     int64
	received atomic.Int64
	more     chan struct{}
}

func openRoom(g *gateway, path string) (*room, error) {
	_ = os.Remove(path)
	listener, err := net.Listen("unix", path)
	if err != nil {
		return nil, err
	}
	r := &room{listener: listener}
	for i := range r.channels {
		r.channels[i].more = make(chan struct{}, 1)
	}
	for i := range liveSubscribers {
		if err := r.subscribe(g, i%liveChannels); err != nil {
			r.close()
			return nil, err
		}
	}
	// The plugin connects once for each stream, and says which one it is.
	for range liveChannels {
		conn, err := listener.Accept()
		if err != nil {
			r.close()
			return nil, err
		}
		name := make([]byte, 1)
		if _, err := io.ReadFull(conn, name); err != nil {
			r.close()
			return nil, err
		}
		r.channels[name[0]-'0'].pace = conn
	}
	return r, nil
}

func (r *room) close() {
	for _, conn := range r.clients {
		_ = conn.Close()
	}
	_ = r.listener.Close()
}

// subscribe opens a WebSocket and subscribes to one channel by Centrifuge's protocol in JSON.
func (r *room) subscribe(g *gateway, channel int) error {
	conn, err := net.Dial("tcp", g.address)
	if err != nil {
		return err
	}
	r.clients = append(r.clients, conn)
	fmt.Fprintf(conn, "GET /api/live/ws HTTP/1.1\r\nHost: %s\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"+
		"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n", g.address)
	reader := bufio.NewReaderSize(conn, 16<<10)
	response, err := http.ReadResponse(reader, nil)
	if err != nil {
		return err
	}
	if response.StatusCode != http.StatusSwitchingProtocols {
		return fmt.Errorf("expected a WebSocket, got %s", response.Status)
	}
	for id, command := range []string{
		`{"id":1,"connect":{"name":"bench"}}`,
		fmt.Sprintf(`{"id":2,"subscribe":{"channel":"1/ds/%s/%d"}}`, sourceUID, channel),
	} {
		if err := writeFrame(conn, []byte(command)); err != nil {
			return err
		}
		answer, err := readFrame(reader)
		if err != nil {
			return err
		}
		if wanted := fmt.Sprintf(`"id":%d`, id+1); !bytes.Contains(answer, []byte(wanted)) || bytes.Contains(answer, []byte(`"error"`)) {
			return fmt.Errorf("expected the answer to %s, got %s", command, answer)
		}
	}
	go r.receive(conn, reader, &r.channels[channel])
	return nil
}

func (r *room) receive(conn net.Conn, reader *bufio.Reader, channel *liveChannel) {
	for {
		message, err := readFrame(reader)
		if err == nil && string(message) == "{}" {
			err = writeFrame(conn, message)
		}
		if err != nil {
			r.failure.CompareAndSwap(nil, &err)
			return
		}
		channel.received.Add(int64(bytes.Count(message, []byte(`"pub":`))))
		select {
		case channel.more <- struct{}{}:
		default:
		}
	}
}

// run lets the plugin send for some time, and waits until all of it has come.
func (r *room) run(duration time.Duration) (float64, time.Duration, error) {
	began := time.Now()
	end := began.Add(duration)
	var messages atomic.Int64
	var all sync.WaitGroup
	for i := range r.channels {
		all.Go(func() { messages.Add(r.channels[i].run(end)) })
	}
	all.Wait()
	if err := r.failure.Load(); err != nil {
		return 0, 0, *err
	}
	return float64(messages.Load()), time.Since(began), nil
}

func (c *liveChannel) run(end time.Time) int64 {
	const each = liveSubscribers / liveChannels
	began := c.received.Load()
	for late := time.After(30 * time.Second); ; {
		behind := c.sent - c.received.Load()/each
		isOver := time.Now().After(end)
		if isOver && behind == 0 {
			return c.received.Load() - began
		}
		if room := liveWindow - behind; !isOver && room > 0 {
			if _, err := c.pace.Write(make([]byte, room)); err != nil {
				return c.received.Load() - began
			}
			c.sent += room
			continue
		}
		select {
		case <-c.more:
		case <-late:
			return c.received.Load() - began
		}
	}
}

// writeFrame writes a text frame of a client, with a mask of zeros.
func writeFrame(conn net.Conn, text []byte) error {
	frame := append([]byte{0x81, 0x80 | byte(len(text)), 0, 0, 0, 0}, text...)
	_, err := conn.Write(frame)
	return err
}

// readFrame reads a frame of the server.
func readFrame(reader *bufio.Reader) ([]byte, error) {
	var head [2]byte
	if _, err := io.ReadFull(reader, head[:]); err != nil {
		return nil, err
	}
	length := uint64(head[1] & 0x7f)
	extra := map[uint64]int{126: 2, 127: 8}[length]
	if extra > 0 {
		var long [8]byte
		if _, err := io.ReadFull(reader, long[8-extra:]); err != nil {
			return nil, err
		}
		length = binary.BigEndian.Uint64(long[:])
	}
	message := make([]byte, length)
	if _, err := io.ReadFull(reader, message); err != nil {
		return nil, err
	}
	if head[0]&0x0f == 8 {
		return nil, errors.New("the gateway has closed a WebSocket")
	}
	return message, nil
}
