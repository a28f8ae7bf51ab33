// What every transport has to do, done with connect-node.
process.env["TEST_TRANSPORT"] = "connect-node";

await import("../dial.test.ts");
await import("../faults.test.ts");
await import("../golden-frames.test.ts");
await import("../listen.test.ts");
