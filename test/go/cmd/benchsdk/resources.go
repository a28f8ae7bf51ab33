package main

import (
	"encoding/json"
	"net/http"
)

const (
	exportBytes = 10 << 20
	pieceBytes  = 64 << 10
)

func newResources() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("/sensors", getSensors)
	mux.HandleFunc("/export", getExport)
	return mux
}

// getSensors is JSON of 1 kB.
func getSensors(w http.ResponseWriter, _ *http.Request) {
	body, err := json.Marshal(map[string]any{"sensors": sensorNames[:84]})
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write(body)
}

// getExport is 10 MB in pieces: the adapter keeps what is not flushed.
func getExport(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/octet-stream")
	flusher := w.(http.Flusher)
	piece := make([]byte, pieceBytes)
	for i := range piece {
		piece[i] = byte(i*7 + i>>8)
	}
	for sent := 0; sent < exportBytes; sent += pieceBytes {
		if _, err := w.Write(piece); err != nil {
			return
		}
		flusher.Flush()
	}
}
