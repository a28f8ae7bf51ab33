package main

import (
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend/gtime"
)

// rangeVectors has answers in milliseconds, null for an error or a panic. The answer for a text as the start of a range
// stands before that for it as the end, which rounds up.
type rangeVectors struct {
	// Answers[i] belongs to Texts[i/2].
	Texts []string    `json:"texts"`
	Zones []zoneCases `json:"zones"`
	// Texts that say something in one place only, and what the SDK makes of each.
	Odd []oddCase `json:"odd"`
}

type zoneCases struct {
	Zone string `json:"zone"`
	// 0 is Sunday. -1: not given.
	WeekStart int `json:"weekStart"`
	// 1 is January. 0: not given.
	FiscalStartMonth int        `json:"fiscalStartMonth"`
	Times            []nowCases `json:"times"`
}

type nowCases struct {
	Now int64 `json:"now"`
	// Milliseconds after now.
	Answers []*int64 `json:"answers"`
}

type oddCase struct {
	Text string `json:"text"`
	Zone string `json:"zone"`
	// Milliseconds since 1970.
	From *int64 `json:"from"`
	To   *int64 `json:"to"`
}

var units = []string{"s", "m", "h", "H", "d", "w", "M", "Q", "y", "fQ", "fy"}

func texts() []string {
	made := []string{"now", "now+b", "now-b", "now-3b", "now+7b/d", "now-1d/d+8h", "now/d-1h", "now-1M/M+14d", "now/w-1w/w", "now-1fy/fy", "now-1y+1M-1d/d",
		"now/y/M/d", "now+1M/M", "now-13M", "now-400d", "now-25h", "now-90m/h", "now-5", "1h", "90m", "1d", "2w", "1M", "1y", "-1h",
		"2024-02-29||+1y", "2023-10-29T01:30:00||+1d/h", "2024-03-31||/w", "2011-12-29||+1d", "2024-01-31T12:34:56.789||+1M", "02:30", "2024-03-10T02:30:00",
		"2024-03-31T02:30", "2018-11-04T00:00:00"}
	for _, unit := range units {
		made = append(made, "now-1"+unit, "now+2"+unit, "now/"+unit, "now-1"+unit+"/"+unit, "now/"+unit+"+1"+unit)
	}
	return made
}

func oddTexts() []string {
	return []string{"", " ", "now ", " now", "NOW", "Now", "no", "n", "nowd", "now1d", "now-", "now/", "now//d", "now-1", "now-1x", "now/x", "now/b", "now/1d", "now-d", "now+d",
		"now--1d", "now-+1d", "now- 1d", "now-1 d", "now-1.5h", "now-1D", "now/D", "now/f", "now-1f", "now-1fM", "now-1q", "now/q", "now-1d|", "now||", "now||-1d", "now-1d||",
		"0", "1", "-1", "+1", "1700000000000", "-1700000000000", "+1700000000000", "9223372036854775807", "1700000000000.5", "1e12", "0x10", "1_000",
		"1700000000000||", "1700000000000||+1d", "1700000000123||/d", "12345||", "1234||", "123||", "12||", "1||",
		"2024", "2024-02", "2024-02-29", "2023-02-29", "2024-02-30", "2024-13-01", "2024-1-1", "2024-04-31", "2024-02-29T", "2024-02-29T10", "2024-02-29T10:20", "2024-02-29T10:20:30",
		"2024-02-29T10:20:30.1", "2024-02-29T10:20:30.12", "2024-02-29T10:20:30.123", "2024-02-29T10:20:30.1234", "2024-02-29T10:20:30Z", "2024-02-29T10:20:30.123Z",
		"2024-02-29T10:20:30+09:00", "2024-02-29T10:20:30-09:30", "2024-02-29T10:20:30+0900", "2024-02-29T10:20:30+09", "2024-02-29T24:00:00", "2024-02-29T23:60", "2024-02-29T23:59:60",
		"2024-02-29 10:20:30", "2024-02-29T10:20:30z", "2024-02-29T10:20:30Z||+1h", "2024-02-29T10:20:30+09:00||/d", "2024-02-29T10:20:30Z||", "2024-02-29||+1d", "2024-02-29+1d",
		"2024||/y", "2024-07||/M", "2024-07||/fQ", "10:20", "10:20:30", "10:20:30.5", "10:20||+1h", "24:00", "1h2m", "-1h2m", "1.5h", "1d2h", "500us", "1500us",
		"2024-02-29T10:20:30.", "2024-02-29Z", "2024T10:20", "2024-02T10:20", "now-007d", "now-0d", "now+0d/d", "now-999d", "now-99y", "tomorrow", "today", "2024-02-29||now",
		"now-1d\n", "now\u00a0", "now−1d", "２０２４", "now-1h-1h-1h-1h-1h-1h-1h-1h-1h-1h-1h-1h-1h-1h-1h-1h-1h-1h-1h-1h-1h-1h-1h-1h"}
}

func ranges() rangeVectors {
	made := rangeVectors{Texts: texts()}
	for index, zone := range zones {
		location := load(zone)
		cases := zoneCases{Zone: zone, WeekStart: index%8 - 1, FiscalStartMonth: index * 5 % 13}
		for _, now := range nows(location) {
			row := nowCases{Now: now.UnixMilli()}
			for _, text := range made.Texts {
				for _, at := range both(text, now, location, cases.WeekStart, cases.FiscalStartMonth) {
					if at != nil {
						*at -= row.Now
					}
					row.Answers = append(row.Answers, at)
				}
			}
			cases.Times = append(cases.Times, row)
		}
		made.Zones = append(made.Zones, cases)
	}
	now := time.Date(2024, 5, 15, 10, 20, 30, 123_000_000, time.UTC)
	for _, text := range oddTexts() {
		for _, zone := range []string{"UTC", "America/New_York"} {
			answers := both(text, now, load(zone), -1, 0)
			made.Odd = append(made.Odd, oddCase{text, zone, answers[0], answers[1]})
		}
	}
	return made
}

func both(text string, now time.Time, location *time.Location, weekStart, fiscalStartMonth int) []*int64 {
	given := gtime.TimeRange{From: text, To: text, Now: now}
	options := []gtime.TimeRangeOption{gtime.WithLocation(location)}
	if weekStart >= 0 {
		options = append(options, gtime.WithWeekstart(time.Weekday(weekStart)))
	}
	if fiscalStartMonth > 0 {
		options = append(options, gtime.WithFiscalStartMonth(time.Month(fiscalStartMonth)))
	}
	return []*int64{
		milliseconds(func() (time.Time, error) { return given.ParseFrom(options...) }),
		milliseconds(func() (time.Time, error) { return given.ParseTo(options...) }),
	}
}

func milliseconds(parse func() (time.Time, error)) (made *int64) {
	defer func() {
		if recover() != nil {
			made = nil
		}
	}()
	at, err := parse()
	if err != nil {
		return nil
	}
	ms := at.UnixMilli()
	return &ms
}

func load(zone string) *time.Location {
	location, err := time.LoadLocation(zone)
	if err != nil {
		panic(err)
	}
	return location
}

// zones: every continent, offsets of 15 and 30 minutes, changes at midnight, a change of half an hour, clocks that go
// back in winter of the south, negative daylight saving, a skipped day.
var zones = []string{"UTC", "Europe/Berlin", "Europe/London", "Europe/Dublin", "Europe/Lisbon", "Europe/Moscow", "Europe/Kyiv", "Asia/Beirut", "Asia/Tehran", "Asia/Kolkata",
	"Asia/Kathmandu", "Asia/Tokyo", "Asia/Shanghai", "Asia/Jerusalem", "Asia/Gaza", "Australia/Sydney", "Australia/Lord_Howe", "Australia/Adelaide", "Pacific/Auckland",
	"Pacific/Chatham", "Pacific/Apia", "Pacific/Kiritimati", "Pacific/Marquesas", "Africa/Cairo", "Africa/Johannesburg", "Africa/Casablanca", "America/New_York", "America/Los_Angeles",
	"America/Chicago", "America/St_Johns", "America/Sao_Paulo", "America/Santiago", "America/Havana", "America/Asuncion", "America/Phoenix", "Antarctica/Troll", "Atlantic/Azores"}

// nows: month ends, leap days, ends of the year, and around the changes of the clock that the zone has in some years.
func nows(location *time.Location) []time.Time {
	made := []time.Time{}
	for _, text := range []string{"2024-02-29T12:34:56.789Z", "2023-12-31T23:59:59.999Z", "2024-01-01T00:00:00Z", "2023-03-31T10:00:00Z", "2024-08-31T05:06:07.008Z"} {
		now, err := time.Parse(time.RFC3339Nano, text)
		if err != nil {
			panic(err)
		}
		made = append(made, now)
	}
	years := []int{2018, 2024}
	if location.String() == "Pacific/Apia" {
		years = append(years, 2011)
	}
	for _, year := range years {
		for _, change := range changes(location, year) {
			made = append(made, change.Add(-time.Millisecond), change.Add(25*time.Minute), change.Add(30*time.Hour))
		}
	}
	return made
}

// changes are the first two times of a year at which the offset of a zone changes.
func changes(location *time.Location, year int) []time.Time {
	made := []time.Time{}
	end := time.Date(year+1, 1, 1, 0, 0, 0, 0, time.UTC)
	for at := time.Date(year, 1, 1, 0, 0, 0, 0, time.UTC); at.Before(end) && len(made) < 2; at = at.Add(15 * time.Minute) {
		_, before := at.Add(-time.Second).In(location).Zone()
		if _, after := at.In(location).Zone(); after != before {
			made = append(made, at)
		}
	}
	return made
}
