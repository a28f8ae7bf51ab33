import { createGreenhouse } from "./service.ts";

createGreenhouse("secret").listen(8080, "127.0.0.1");
