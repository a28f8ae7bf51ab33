package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
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

// Before what is measured, so that a JIT compiler has finished: as many loads, and of a small call so many calls, which take
// longer on a busy machine, within bounds.
const (
	warmUpSlices  = 6
	warmUpCalls   = 20_000
	longestWarmUp = 12 * time.Second
)

// gateways are compared: they get load in turn, because a shared machine changes more from second to second than they differ.
type gateways []*gateway

// Turns of each load.
const turns = 4

// queriesLoad is the small query by 1, 16 and 64 callers. The last gateway may be a server that only looks like one.
func queriesLoad(all gateways, o options) (figures, error) {
	for _, g := range all[:min(2, len(all))] {
		if err := g.checkRows(g.smallQuery(), smallRows); err != nil {
			return nil, err
		}
	}
	found := figures{}
	if err := all.addBytes(found, "idle"); err != nil {
		return nil, err
	}
	ask := func(g *gateway) caller { return whole(g.smallQuery()) }
	if err := all.warmUp(ask, 16, warmUpCalls, o); err != nil {
		return nil, err
	}
	for _, count := range []int{1, 16, 64} {
		if err := all.watch(found, fmt.Sprintf("c%d", count), ask, count, o); err != nil {
			return nil, err
		}
	}
	return found, all.addBytes(found, "loaded")
}

// answersLoad is large answers by one caller; its rate is MB a second.
func answersLoad(all gateways, o options) (figures, error) {
	ask := func(g *gateway) caller { return megabytes(g.largeQuery(o.rows)) }
	for _, g := range all {
		if err := g.checkRows(g.largeQuery(o.rows), o.rows); err != nil {
			return nil, err
		}
	}
	if err := all.warmUp(ask, 1, 0, o); err != nil {
		return nil, err
	}
	found := figures{}
	if err := all.watch(found, "c1", ask, 1, o); err != nil {
		return nil, err
	}
	return found, all.addBytes(found, "loaded")
}

// chunksLoad is an answer in lines by one caller: `first` is the median time to the end of its first line in µs.
func chunksLoad(all gateways, o options) (figures, error) {
	firsts := make(map[*gateway][]float64)
	ask := func(g *gateway) caller {
		request := g.chunksQuery()
		return func(c *client) (float64, error) {
			began := time.Now()
			response, err := c.begin(request)
			if err != nil {
				return 0, err
			}
			size, count := 0, 0
			for lines := bufio.NewReaderSize(response.Body, 64<<10); ; {
				part, err := lines.ReadSlice('\n')
				size += len(part)
				if err == nil {
					if count++; count == 1 {
						firsts[g] = append(firsts[g], float64(time.Since(began))/1e3)
					}
				} else if errors.Is(err, io.EOF) {
					break
				} else if !errors.Is(err, bufio.ErrBufferFull) {
					return 0, err
				}
			}
			if count != chunks {
				return 0, fmt.Errorf("expected %d lines, got %d", chunks, count)
			}
			return float64(size) / 1e6, nil
		}
	}
	if err := all.warmUp(ask, 1, 0, o); err != nil {
		return nil, err
	}
	clear(firsts)
	found := figures{}
	if err := all.watch(found, "c1", ask, 1, o); err != nil {
		return nil, err
	}
	for i, g := range all {
		slices.Sort(firsts[g])
		found[fmt.Sprintf("first %d", i+1)] = firsts[g][len(firsts[g])/2]
	}
	return found, nil
}

// resourcesLoad is resources of 1 kB by 16 callers, and of 10 MB by one, whose rate is MB a second.
func resourcesLoad(all gateways, o options) (figures, error) {
	found := figures{}
	for _, each := range []struct {
		name                 string
		size, callers, calls int
		call                 func([]byte) caller
	}{
		{"small", smallBytes, 16, warmUpCalls, whole},
		{"large", exportBytes, 1, 0, megabytes},
	} {
		ask := func(g *gateway) caller { return each.call(g.getResource(each.name)) }
		for _, g := range all {
			if err := g.checkSize(g.getResource(each.name), each.size); err != nil {
				return nil, fmt.Errorf("resource %s: %w", each.name, err)
			}
		}
		if err := all.warmUp(ask, each.callers, each.calls, o); err != nil {
			return nil, err
		}
		if err := all.watch(found, each.name, ask, each.callers, o); err != nil {
			return nil, err
		}
	}
	return found, nil
}

// warmUp lets so many callers ask each gateway for some time, and for so many calls within bounds.
func (all gateways) warmUp(ask func(*gateway) caller, callers, calls int, o options) error {
	if o.quick {
		calls = 0
	}
	for _, g := range all {
		began := time.Now()
		for slices, done := 0, 0; slices < warmUpSlices || done < calls && time.Since(began) < longestWarmUp; slices++ {
			did, _, err := g.run(ask(g), callers, o.duration/2)
			if err != nil {
				return err
			}
			done += len(did.latencies)
		}
	}
	return nil
}

// watch adds what so many callers did, by the place of the gateway: `rate NAME 1`, units a second, `p50 NAME 1` in µs, and
// `cpu NAME 1`, µs a call.
func (all gateways) watch(found figures, name string, ask func(*gateway) caller, callers int, o options) error {
	sums := make([]ran, len(all))
	cpus := make([]float64, len(all))
	for turn := range turns {
		for step := range all {
			// Another one is the first each time.
			i := (step + turn) % len(all)
			did, cpu, err := all[i].run(ask(all[i]), callers, o.duration/2)
			if err != nil {
				return err
			}
			sums[i].latencies = append(sums[i].latencies, did.latencies...)
			sums[i].units += did.units
			sums[i].elapsed += did.elapsed
			cpus[i] += cpu
		}
	}
	for i, did := range sums {
		slices.Sort(did.latencies)
		found[fmt.Sprintf("rate %s %d", name, i+1)] = did.units / did.elapsed.Seconds()
		found[fmt.Sprintf("p50 %s %d", name, i+1)] = did.percentile(50)
		found[fmt.Sprintf("cpu %s %d", name, i+1)] = cpus[i] / float64(len(did.latencies))
	}
	return nil
}

// addBytes adds the memory that each gateway has now.
func (all gateways) addBytes(found figures, name string) error {
	for i, g := range all {
		bytes, err := g.bytes()
		if err != nil {
			return err
		}
		found[fmt.Sprintf("%s %d", name, i+1)] = bytes
	}
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

// whole reads an answer, whose unit is the call.
func whole(request []byte) caller {
	return func(c *client) (float64, error) {
		_, err := c.do(request, io.Discard)
		return 1, err
	}
}

func megabytes(request []byte) caller {
	return func(c *client) (float64, error) {
		read, err := c.do(request, io.Discard)
		return float64(read) / 1e6, err
	}
}

func (g *gateway) smallQuery() []byte {
	return g.query("/api/ds/query", "application/json", smallRows, 0)
}

func (g *gateway) largeQuery(rows int) []byte {
	return g.query("/api/ds/query", "application/json", rows, 0)
}

func (g *gateway) chunksQuery() []byte {
	path := "/apis/" + sourceType + ".datasource.grafana.app/v0alpha1/namespaces/default/datasources/" + sourceUID + "/query"
	return g.query(path, "text/jsonl", chunks*chunkRows, chunkRows)
}

func (g *gateway) getResource(name string) []byte {
	return g.request("/api/datasources/uid/"+sourceUID+"/resources/"+name, "*/*", "")
}

// query asks for a frame of so many rows; chunk is how many of them are in a chunk.
func (g *gateway) query(path, accept string, rows, chunk int) []byte {
	body := fmt.Sprintf(`{"from":"1767225600000","to":"1767229200000","queries":[{"refId":"A","datasource":{"type":%q,"uid":%q},"queryType":"range",`+
		`"expr":"avg by (place) (outdoor_temperatures_celsius)","intervalMs":60000,"maxDataPoints":1440,"rows":%d,"chunk":%d}]}`,
		sourceType, sourceUID, rows, chunk)
	return g.request(path, accept, body)
}

// checkSize compares the length of a first answer.
func (g *gateway) checkSize(request []byte, wanted int) error {
	c, err := g.dial()
	if err != nil {
		return err
	}
	defer c.conn.Close()
	size, err := c.do(request, io.Discard)
	if err == nil && size != int64(wanted) {
		err = fmt.Errorf("expected %d bytes, got %d", wanted, size)
	}
	return err
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
