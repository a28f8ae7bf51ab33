/** The path of the WebSocket, as Grafana has it. */
export const socketPath = "/api/live/ws";
