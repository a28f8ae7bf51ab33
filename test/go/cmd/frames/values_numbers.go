package main

import (
	"math"

	"github.com/grafana/grafana-plugin-sdk-go/data"
)

var float32Edges = []float32{
	0, float32(math.Copysign(0, -1)), 1, -1, 0.1, -1.5, 1.0 / 3, 123456.79, 16777216, 16777217,
	1e-6, 1e-7, 1e20, 1e21, 1.5e21,
	math.SmallestNonzeroFloat32, -math.SmallestNonzeroFloat32,
	math.Float32frombits(0x007fffff), // the largest subnormal
	math.Float32frombits(0x00800000), // the smallest normal
	math.MaxFloat32, -math.MaxFloat32,
	float32(math.NaN()), float32(math.Inf(1)), float32(math.Inf(-1)),
}

var float64Edges = []float64{
	0, math.Copysign(0, -1), 1, -1, 0.1, -1.5, 1.0 / 3, 0.30000000000000004, 123456789.125,
	1<<53 - 1, 1 << 53, 1<<53 + 2,
	1e-6, 1e-7, 1.5e-9, 1e20, 1e21, 1.7976931348623155e308,
	math.SmallestNonzeroFloat64, -math.SmallestNonzeroFloat64,
	math.Float64frombits(0x000fffffffffffff), // the largest subnormal
	math.Float64frombits(0x0010000000000000), // the smallest normal
	math.MaxFloat64, -math.MaxFloat64,
	math.NaN(), math.Inf(1), math.Inf(-1),
}

// floatCases has what frame JSON cannot tell apart: NaN with payloads, signs and without the quiet bit.
func floatCases() []frameCase {
	var nan64 []float64
	for _, bits := range []uint64{
		0x7ff8000000000000, 0x7ff8000000000001, 0x7ff80000deadbeef, 0x7ff0000000000001, 0xfff8000000000000, 0xffffffffffffffff,
	} {
		nan64 = append(nan64, math.Float64frombits(bits))
	}
	var nan32 []float32
	for _, bits := range []uint32{0x7fc00000, 0x7fc00001, 0x7fc0beef, 0x7f800001, 0xffc00000, 0xffffffff} {
		nan32 = append(nan32, math.Float32frombits(bits))
	}
	second := func(row int) bool { return row == 1 }
	return []frameCase{
		{"float-nan-payloads", data.NewFrame("",
			newField("64", nan64, nil), newField("64 nullable", nan64, second),
			newField("32", nan32, nil), newField("32 nullable", nan32, second))},
		{"float-only-specials", data.NewFrame("",
			newField("nan", []float64{math.NaN(), math.NaN()}, nil),
			newField("inf", []float64{math.Inf(1), math.Inf(1)}, nil),
			newField("mixed", []float64{math.Inf(-1), 0}, second),
			newField("no float", []int64{1, 2}, nil))},
	}
}

func enumCases() []frameCase {
	index := []data.EnumItemIndex{2, 0, 1}
	second := func(row int) bool { return row == 1 }
	full := newField("full", index, nil)
	full.Config = &data.FieldConfig{TypeConfig: &data.FieldTypeConfig{Enum: &data.EnumFieldConfig{
		Text:        []string{"läuft", "", "<aus>"},
		Color:       []string{"green", "", "#ff0000"},
		Icon:        []string{"play", "", ""},
		Description: []string{"it runs", "", "it does not"},
	}}}
	noTexts := newField("empty texts", index, second)
	noTexts.Config = enumTexts()
	return []frameCase{
		{"enum-config", data.NewFrame("", full, noTexts)},
		{"enum-no-config", data.NewFrame("", newField("plain", index, nil), newField("nullable", index, second))},
		{"enum-beside-uint16", data.NewFrame("",
			newField("state", []uint16{2, 0, 1}, nil), newField("state", index, nil), newField("state", []uint16{2, 0, 1}, second))},
	}
}
