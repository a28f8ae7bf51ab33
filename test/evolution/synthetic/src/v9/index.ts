export {
  Echoes,
  type EchoRequest,
  EchoRequestSchema,
  type EchoResponse,
  EchoResponseSchema,
} from "../../gen/es/v9/echoes/echo_pb.js";
export { v9 } from "./v9.ts";
