import { EchoRequest } from "../../../gen/ts-proto/v9/echoes/echo.js";

export { EchoRequest, EchoResponse } from "../../../gen/ts-proto/v9/echoes/echo.js";
export const create: typeof EchoRequest.create = EchoRequest.create;
