package main

import "fmt"

// A memberBase is a frame JSON, and the path under which its members are changed.
type memberBase struct {
	json  string
	under string
}

// memberBases has every member that the SDK's types name, the large ones in a frame of their own to keep the cases small.
func memberBases() []memberBase {
	bases := []memberBase{
		{`{"schema":{"name":"n","refId":"A","meta":{"path":"p"},"fields":[{"name":"f","type":"number",` +
			`"typeInfo":{"frame":"float64","nullable":true},"labels":{"l":"v"},"config":{"unit":"s"}}]},` +
			`"data":{"values":[[1,null,2]],"entities":[{"NaN":[1],"Inf":[2],"NegInf":[0]}]}}`, ""},
		{`{"schema":{"fields":[{"name":"f","typeInfo":{"frame":"float64"}},` +
			`{"name":"t","typeInfo":{"frame":"time.Time","nullable":true}}]},` +
			`"data":{"values":[[1],[1000]],"entities":[null,null],"nanos":[null,[5]]}}`, ".data"},
	}
	for _, member := range metaMembers {
		bases = append(bases, memberBase{
			fmt.Sprintf(`{"schema":{"meta":{%s},"fields":[]},"data":{"values":[]}}`, member), ".schema.meta.",
		})
	}
	for _, member := range configMembers {
		bases = append(bases, memberBase{
			fmt.Sprintf(`{"schema":{"fields":[{"typeInfo":{"frame":"bool"},"config":{%s}}]},"data":{"values":[[]]}}`, member),
			".schema.fields[0].config.",
		})
	}
	return bases
}

var metaMembers = []string{
	`"type":"table","typeVersion":[0,1]`,
	`"path":"a"`,
	`"pathSeparator":"/"`,
	`"custom":{"a":[1]}`,
	`"stats":[{"displayName":"d","unit":"s","value":2}]`,
	`"notices":[{"severity":"info","text":"t","link":"l","inspect":1}]`,
	`"channel":"c"`,
	`"preferredVisualisationType":"graph"`,
	`"preferredVisualisationPluginId":"p"`,
	`"executedQueryString":"q"`,
	`"dataTopic":"annotations"`,
	`"uniqueRowIdFields":[0]`,
}

var configMembers = []string{
	`"displayName":"a"`,
	`"displayNameFromDS":"a"`,
	`"path":"a"`,
	`"description":"a"`,
	`"filterable":false`,
	`"writeable":false`,
	`"unit":"a"`,
	`"decimals":2`,
	`"min":1`,
	`"max":1`,
	`"interval":2`,
	`"mappings":[{"type":"value","options":{"v":{"text":"t","color":"c","index":1}}}]`,
	`"mappings":[{"type":"range","options":{"from":1,"to":2,"result":{"text":"t"}}}]`,
	`"mappings":[{"type":"special","options":{"match":"null","result":{"text":"t"}}}]`,
	`"thresholds":{"mode":"absolute","steps":[{"value":1,"color":"c","state":"s"}]}`,
	`"color":{"mode":"m"}`,
	`"links":[{"title":"t","url":"u","targetBlank":true,"internal":{"query":{"q":1},"datasourceUid":"d","datasourceName":"n"}}]`,
	`"noValue":"a"`,
	`"type":{"enum":{"text":["a"],"color":["b"],"icon":["c"],"description":["d"]}}`,
	`"custom":{"a":[1]}`,
}
