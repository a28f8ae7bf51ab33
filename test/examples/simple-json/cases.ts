/** Requests of a v1 host, by what is special about them: their queries by refId. */
export const simpleJsonCases: Readonly<Record<string, Readonly<Record<string, object | string>>>> = {
  "a series": { A: { target: "temperature", type: "timeserie", queryType: "query" } },
  "two series and a table": {
    A: { target: "temperature" },
    B: { target: "humidity" },
    C: { target: "visits", type: "table" },
  },
  "an unknown metric": { A: { target: "nothing" } },
  "a missing value": { A: { target: "rain" } },
  search: { A: { target: "u", queryType: "search" } },
  "search with values": { A: { target: "places", queryType: "search" } },
  "a server that fails": { A: { target: "broken" } },
  "a good query beside one that fails": { A: { target: "temperature" }, B: { target: "broken" } },
  "a model that is not JSON": { A: "{" },
};
