package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"time"
)

const (
	smallRows  = 60
	smallBytes = 1000
	// Of which the JSON has 16 MB.
	largeRows = 320_000
	chunkRows = 10_000
	chunks    = 10
)

// As many loads go before what is measured, so that a JIT compiler has finished.
const warmUpSlices = 6

// queriesLoad is the small query by 1, 16 and 64 callers.
func queriesLoad(g *gateway, o options) (figures, error) {
	request := g.query("/api/ds/query", "application/json", smallRows, 0)
	if err := g.checkRows(request, smallRows); err != nil {
		return nil, err
	}
	idle, err := g.bytes()
	if err != nil {
		return nil, err
	}
	found := figures{"idle": idle}
	if err := g.measure(found, whole(request, 1), o, []int{1, 16, 64}); err != nil {
		return nil, err
	}
	found["loaded"], err = g.bytes()
	return found, err
}

// answersLoad is large answers by 1 and 4 callers; its rate is MB a second.
func answersLoad(g *gateway, o options) (figures, error) {
	request := g.query("/api/ds/query", "application/json", o.rows, 0)
	if err := g.checkRows(request, o.rows); err != nil {
		return nil, err
	}
	found := figures{}
	if err := g.measure(found, megabytes(request), o, []int{1, 4}); err != nil {
		return nil, err
	}
	var err error
	found["loaded"], err = g.bytes()
	return found, err
}

// chunksLoad is an answer in lines by one caller: `first` is the time to the end of its first line in µs.
func chunksLoad(g *gateway, o options) (figures, error) {
	path := "/apis/" + sourceType + ".datasource.grafana.app/v0alpha1/namespaces/default/datasources/" + sourceUID + "/query"
	request := g.query(path, "text/jsonl", chunks*chunkRows, chunkRows)
	var firsts []float64
	read := func(c *client) (float64, error) {
		began := time.Now()
		response, err := c.begin(request)
		if err != nil {
			return 0, err
		}
		lines := bufio.NewReaderSize(response.Body, 64<<10)
		count, size := 0, 0
		for isWhole := true; ; {
			part, err := lines.ReadSlice('\n')
			size += len(part)
			if isWhole = err == nil; isWhole {
				if count++; count == 1 {
					firsts = append(firsts, float64(time.Since(began))/1e3)
				}
			} else if err == io.EOF {
				break
			} else if err != bufio.ErrBufferFull {
				return 0, err
			}
		}
		if count != chunks {
			return 0, fmt.Errorf("expected %d lines, got %d", chunks, count)
		}
		return float64(size) / 1e6, nil
	}
	found := figures{}
	if err := g.warmUp(read, o, 1); err != nil {
		return nil, err
	}
	firsts = nil
	if err := g.watch(found, "c1", read, o, 1); err != nil {
		return nil, err
	}
	slices.Sort(firsts)
	found["first"] = firsts[len(firsts)/2]
	return found, nil
}

// resourcesLoad is resources of 1 kB by 16 callers, and of 10 MB by one, whose rate is MB a second.
func resourcesLoad(g *gateway, o options) (figures, error) {
	found := figures{}
	for _, each := range []struct {
		name          string
		size, callers int
		call          func([]byte) caller
	}{
		{"small", smallBytes, 16, func(request []byte) caller { return whole(request, 1) }},
		{"large", exportBytes, 1, megabytes},
	} {
		request := g.request("/api/datasources/uid/"+sourceUID+"/resources/"+each.name, "*/*", "")
		c, err := g.dial()
		if err != nil {
			return nil, err
		}
		size, err := c.do(request, io.Discard)
		if err != nil {
			return nil, err
		}
		if size != int64(each.size) {
			return nil, fmt.Errorf("resource %s: expected %d bytes, got %d", each.name, each.size, size)
		}
		_ = c.conn.Close()
		if err := g.warmUp(each.call(request), o, each.callers); err != nil {
			return nil, err
		}
		if err := g.watch(found, each.name, each.call(request), o, each.callers); err != nil {
			return nil, err
		}
	}
	return found, nil
}

// bareLoad is the small query for a server that answers with as many bytes, and does nothing else.
func bareLoad(g *gateway, o options) (figures, error) {
	found := figures{}
	request := g.query("/api/ds/query", "application/json", smallRows, 0)
	return found, g.measure(found, whole(request, 1), o, []int{1, 16, 64})
}

// measure warms a call up by 16 callers at most, and adds what each number of callers did.
func (g *gateway) measure(found figures, call caller, o options, counts []int) error {
	if err := g.warmUp(call, o, min(16, slices.Max(counts))); err != nil {
		return err
	}
	for _, count := range counts {
		if err := g.watch(found, fmt.Sprintf("c%d", count), call, o, count); err != nil {
			return err
		}
	}
	return nil
}

func (g *gateway) warmUp(call caller, o options, count int) error {
	for range warmUpSlices {
		if _, _, err := g.run(call, count, o.duration/2); err != nil {
			return err
		}
	}
	return nil
}

// watch adds what so many callers did: `rate NAME`, units a second, `p50 NAME` in µs, and `cpu NAME`, µs a call.
func (g *gateway) watch(found figures, name string, call caller, o options, count int) error {
	did, cpu, err := g.run(call, count, o.duration)
	if err != nil {
		return err
	}
	found["rate "+name] = did.units / did.elapsed.Seconds()
	found["p50 "+name] = did.percentile(50)
	found["cpu "+name] = cpu / float64(len(did.latencies))
	return nil
}

// run lets so many callers ask over connections of their own; with the CPU time of the gateway in µs.
func (g *gateway) run(call caller, count int, duration time.Duration) (ran, float64, error) {
	clients := make([]*client, count)
	for i := range clients {
		var err error
		if clients[i], err = g.dial(); err != nil {
			return ran{}, 0, err
		}
		defer clients[i].conn.Close()
	}
	before, err := g.cpuMicros()
	if err != nil {
		return ran{}, 0, err
	}
	did, err := callers(call, clients, duration)
	if err != nil {
		return did, 0, err
	}
	after, err := g.cpuMicros()
	return did, after - before, err
}

// whole reads an answer, which counts as so many units.
func whole(request []byte, units float64) caller {
	return func(c *client) (float64, error) {
		_, err := c.do(request, io.Discard)
		return units, err
	}
}

func megabytes(request []byte) caller {
	return func(c *client) (float64, error) {
		read, err := c.do(request, io.Discard)
		return float64(read) / 1e6, err
	}
}

// query asks for a frame of so many rows; chunk is that of an answer in chunks.
func (g *gateway) query(path, accept string, rows, chunk int) []byte {
	body := fmt.Sprintf(`{"from":"1767225600000","to":"1767229200000","queries":[{"refId":"A","datasource":{"type":%q,"uid":%q},"queryType":"range",`+
		`"expr":"avg by (place) (outdoor_temperatures_celsius)","intervalMs":60000,"maxDataPoints":1440,"rows":%d,"chunk":%d}]}`,
		sourceType, sourceUID, rows, chunk)
	return g.request(path, accept, body)
}

// checkRows compares a first answer with what was asked for.
func (g *gateway) checkRows(request []byte, rows int) error {
	c, err := g.dial()
	if err != nil {
		return err
	}
	defer c.conn.Close()
	var body bytes.Buffer
	if _, err := c.do(request, &body); err != nil {
		return err
	}
	var answer struct {
		Results map[string]struct {
			Status int
			Frames []struct {
				Data struct{ Values [][]json.RawMessage }
			}
		}
	}
	if err := json.Unmarshal(body.Bytes(), &answer); err != nil {
		return err
	}
	result := answer.Results["A"]
	if result.Status != 200 || len(result.Frames) != 1 || len(result.Frames[0].Data.Values) != 4 || len(result.Frames[0].Data.Values[0]) != rows {
		return fmt.Errorf("expected a frame of 4 fields and %d rows, got %.300s", rows, body.Bytes())
	}
	return nil
}
