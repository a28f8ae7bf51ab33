import { setFlagsFromString } from "node:v8";

// To be imported before all else: V8 asks for this factor each time when it could enlarge the young generation.
setFlagsFromString("--semi-space-growth-factor=1");
