// What every transport has to do, done with our own.
process.env["TEST_TRANSPORT"] = "grpc";

await import("../dial.test.ts");
await import("../faults.test.ts");
await import("../listen.test.ts");
