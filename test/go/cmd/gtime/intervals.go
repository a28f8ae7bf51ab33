package main

import (
	"fmt"
	"math/big"
	"strconv"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend/gtime"
)

type intervalVectors struct {
	// Text, nanoseconds or "!", and whether the nanoseconds wrapped around.
	Durations []durationCase `json:"durations"`
	// Text, now in milliseconds, nanoseconds of a calendar interval from then on.
	Calendar []calendarCase `json:"calendar"`
	// Nanoseconds and their text.
	Formatted [][2]string `json:"formatted"`
	// Nanoseconds and the rounded ones.
	Rounded [][2]string `json:"rounded"`
	// Text of a min interval and its nanoseconds.
	Settings [][2]string `json:"settings"`
	// Min interval of the data source, of the query, milliseconds of the query, default in nanoseconds, answer.
	Chosen [][5]string `json:"chosen"`
	// From and to in milliseconds, data points, min interval in nanoseconds; text and nanoseconds of the answer.
	Calculated [][6]string `json:"calculated"`
}

type durationCase struct {
	Text     string `json:"text"`
	Answer   string `json:"answer"`
	Overflow bool   `json:"overflow,omitempty"`
}

type calendarCase struct {
	Text   string `json:"text"`
	Now    int64  `json:"now"`
	Answer string `json:"answer"`
}

func nanos(d time.Duration, err error) (string, error) { return strconv.FormatInt(int64(d), 10), err }

func intervals() intervalVectors {
	made := intervalVectors{}
	for _, text := range durationTexts() {
		made.Durations = append(made.Durations, durationCase{
			Text:     text,
			Answer:   answer(func() (string, error) { return nanos(gtime.ParseDuration(text)) }),
			Overflow: overflows(text),
		})
	}
	made.Calendar = calendar()
	for _, d := range durations() {
		text := strconv.FormatInt(int64(d), 10)
		made.Formatted = append(made.Formatted, [2]string{text, gtime.FormatInterval(d)})
		made.Rounded = append(made.Rounded, [2]string{text, strconv.FormatInt(int64(gtime.RoundInterval(d)), 10)})
	}
	settings := append(durationTexts(), "<10m>", "<10m", "10m>", "<>", ">", "<", ">10s", ">=10s", "15", "0", "<15>", "99999999999999999999")
	for _, text := range settings {
		made.Settings = append(made.Settings, [2]string{text, answer(func() (string, error) {
			return nanos(gtime.ParseIntervalStringToTimeDuration(text))
		})})
	}
	for _, source := range []string{"", "10s", "<2m>", "20", "1d", "odd"} {
		for _, query := range []string{"", "0s", "5s", "<1h>", "30", "odd"} {
			for _, ms := range []int64{0, 1, 15000, -1} {
				for _, standard := range []time.Duration{0, 15 * time.Second} {
					made.Chosen = append(made.Chosen, [5]string{source, query, strconv.FormatInt(ms, 10),
						strconv.FormatInt(int64(standard), 10), answer(func() (string, error) {
							return nanos(gtime.GetIntervalFrom(source, query, ms, standard))
						})})
				}
			}
		}
	}
	made.Calculated = calculated()
	return made
}

func durationTexts() []string {
	texts := []string{"", " ", "d", "-1d", "+1d", "1.5d", "1d2h", "1h1d", "1D", "1W", "1H", "1Y", "0", "-0", "+0", "1", "-1", "1.5",
		"1h", "-1h", "+1h", "1.5h", ".5h", "5.h", ".h", "h", "1h30m", "1h30m15.5s", "30m1h", "1h 30m", " 1h", "1h ", "1hh", "--1h",
		"1ns", "1us", "1µs", "1μs", "1ms", "1ms1us1ns", "100ns", "1.0001ms", "0.0000001s", "1e3s", "1_000s", "١h", "1h\x00",
		"9223372036854775807ns", "9223372036854775808ns", "-9223372036854775808ns", "2562047h", "2562048h", "106751d", "106752d",
		"15250w", "15251w", "3507M", "3508M", "292y", "293y", "99999999999d", "9999999999999999999d", "00d", "007d", "1.5M", "1M1d",
		"1mo", "1min", "1sec", "1q", "1Q", "1b", "NaN", "Infinity", "0x10s", "1m0.000000001s", "1.123456789123456789s", "0.333333333333333333h",
		"1234567890123456789012s", "0.9999999999999999999s"}
	for _, unit := range []string{"ns", "us", "ms", "s", "m", "h", "d", "w", "M", "y"} {
		for _, count := range []int{0, 1, 2, 3, 7, 10, 15, 30, 60, 90, 100, 365, 1000} {
			if unit == "y" && count > 100 {
				continue
			}
			texts = append(texts, fmt.Sprintf("%d%s", count, unit))
		}
	}
	return texts
}

// overflows says whether a count of days, weeks, months or years is more than a Duration holds, in which case the SDK
// multiplies without a check.
func overflows(text string) bool {
	if len(text) < 2 {
		return false
	}
	unit, ok := map[byte]int64{'d': 48, 'w': 7 * 48, 'M': 1461, 'y': 12 * 1461}[text[len(text)-1]]
	count, isNumber := new(big.Int).SetString(text[:len(text)-1], 10)
	if !ok || !isNumber {
		return false
	}
	halfHours := new(big.Int).Mul(count, big.NewInt(unit))
	return halfHours.Cmp(big.NewInt(2*2562047)) > 0
}

// calendar takes ParseInterval's rule at times of our choice, because the SDK asks the clock, and checks the rule
// against the SDK at the time of the clock.
func calendar() []calendarCase {
	rule := func(now time.Time, count int, unit byte) time.Duration {
		switch unit {
		case 'd':
			return now.AddDate(0, 0, count).Sub(now)
		case 'w':
			return now.AddDate(0, 0, 7*count).Sub(now)
		case 'M':
			return now.AddDate(0, count, 0).Sub(now)
		default:
			return now.AddDate(count, 0, 0).Sub(now)
		}
	}
	made := []calendarCase{}
	for _, unit := range []byte("dwMy") {
		for _, count := range []int{0, 1, 2, 3, 5, 6, 11, 12, 13, 30, 100} {
			text := fmt.Sprintf("%d%c", count, unit)
			before := time.Now().UTC()
			got, err := gtime.ParseInterval(text)
			after := time.Now().UTC()
			if err != nil || (got != rule(before, count, unit) && got != rule(after, count, unit)) {
				panic(fmt.Sprintf("ParseInterval(%q) is %v, expected %v", text, got, rule(before, count, unit)))
			}
			for _, now := range days() {
				made = append(made, calendarCase{text, now.UnixMilli(), strconv.FormatInt(int64(rule(now, count, unit)), 10)})
			}
		}
	}
	return made
}

// days are month ends, leap days and times of a day, in UTC.
func days() []time.Time {
	at := func(text string) time.Time {
		made, err := time.Parse(time.RFC3339Nano, text)
		if err != nil {
			panic(err)
		}
		return made
	}
	return []time.Time{at("2023-01-31T00:00:00Z"), at("2024-01-31T23:59:59.999Z"), at("2024-02-29T12:00:00Z"), at("2023-02-28T01:02:03.004Z"),
		at("2025-12-31T23:00:00Z"), at("2026-11-30T12:00:00Z"), at("1999-12-31T00:00:00Z"), at("1969-07-20T20:17:40Z")}
}

func durations() []time.Duration {
	made := []time.Duration{0, -1, -time.Hour, 1, 999, time.Microsecond, 999999}
	steps := []int64{1, 10, 15, 35, 75, 150, 350, 750, 1000, 1500, 3500, 7500, 12500, 17500, 25000, 45000, 60000, 90000, 210000, 450000, 750000,
		1050000, 1500000, 2700000, 3600000, 5400000, 9000000, 16200000, 32400000, 86400000, 172800000, 604800000, 1814400000, 31536000000,
		31557600000, 63072000000, 315360000000}
	for _, ms := range steps {
		d := time.Duration(ms) * time.Millisecond
		made = append(made, d-time.Millisecond, d, d+time.Millisecond, 2*d, 3*d)
		// Beyond 104 days a number of milliseconds has no room for a nanosecond.
		if ms < 8_000_000_000 {
			made = append(made, d-1, d+1)
		}
	}
	return made
}

// calculated has the rule of Grafana's own data sources, which the SDK does not have: the range by the number of data
// points, rounded by the SDK, and at least the min interval.
func calculated() [][6]string {
	made := [][6]string{}
	for _, span := range []int64{0, 1, 1000, 60_000, 300_000, 3_600_000, 21_600_000, 86_400_000, 604_800_000, 2_592_000_000, 31_536_000_000, 315_360_000_000} {
		for _, points := range []int64{0, 1, 100, 1000, 1234, 11000} {
			for _, min := range []time.Duration{0, time.Millisecond, 10 * time.Second, time.Hour, 36 * time.Hour} {
				resolution := points
				if resolution == 0 {
					resolution = 1500
				}
				chosen := min
				if step := time.Duration(span * int64(time.Millisecond) / resolution); step >= min {
					chosen = gtime.RoundInterval(step)
				}
				const from = 1_700_000_000_000
				made = append(made, [6]string{strconv.FormatInt(from, 10), strconv.FormatInt(from+span, 10), strconv.FormatInt(points, 10),
					strconv.FormatInt(int64(min), 10), gtime.FormatInterval(chosen), strconv.FormatInt(int64(chosen), 10)})
			}
		}
	}
	return made
}
