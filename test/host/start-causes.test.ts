import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { suite, test } from "node:test";
import { launchPlugin } from "grafana-plugin-protocol/host";
import { v2 } from "grafana-plugin-protocol/v2";
import { fixturePlugin } from "../helpers/launch.ts";
import { type PrivateTmp, privateTmp } from "../helpers/private-tmp.ts";
import { runProgram, sourceProgram } from "../helpers/run-program.ts";
import { type LaunchFailureOptions, scriptFailure, startFailure } from "../helpers/start-failure.ts";
import { withEnoughTime } from "../helpers/with-enough-time.ts";

type Failing = (tmp: PrivateTmp) => Promise<LaunchFailureOptions & { readonly command: string }>;

suite("the system does not run it, and the error says why", () => {
  const cases: Readonly<Record<string, [failing: Failing, words: RegExp]>> = {
    "the interpreter of a script is missing": [
      async (tmp) => ({ command: await tmp.writeExecutable("#!/opt/python9/bin/python -u\nprint(1)\n") }),
      /ENOENT: the interpreter in its first line, "\/opt\/python9\/bin\/python", is not there: install it/,
    ],
    "a script has the line ends of Windows": [
      async (tmp) => ({ command: await tmp.writeExecutable("#!/bin/sh\r\nexit 0\r\n") }),
      /the interpreter in its first line is "\/bin\/sh\\r": the carriage return .*save the script with those of Unix/,
    ],
    "the interpreter of a script is no executable": [
      async (tmp) => ({ command: await tmp.writeExecutable("#! /etc/passwd\n") }),
      /EACCES: the interpreter in its first line, "\/etc\/passwd", is not executable/,
    ],
    "the interpreter of a script is a directory": [
      async (tmp) => ({ command: await tmp.writeExecutable("#!/etc\n") }),
      /EACCES: the interpreter in its first line, "\/etc", is not executable/,
    ],
    "the interpreter of a script is a script whose own is missing": [
      async (tmp) => {
        const inner = await tmp.writeExecutable("#!/opt/python9/bin/python\n", "inner");
        return { command: await tmp.writeExecutable(`#!${inner}\n`, "outer") };
      },
      /first line, "[^"]*inner", cannot be run: the interpreter in its first line, "\/opt\/python9\/bin\/python", is not/,
    ],
    "scripts run each other": [
      async (tmp) => {
        const path = join(tmp.path, "itself");
        return { command: await tmp.writeExecutable(`#!${path}\n`, "itself") };
      },
      /ELOOP: check that the system can run it/,
    ],
    "the loader of musl is missing": [
      async (tmp) => ({ command: await tmp.writeExecutable(await withLoader("/lib/ld-musl-x86.so.9")) }),
      /ENOENT: the loader that it needs, "\/lib\/ld-musl-x86.so.9", is not there: it was built for musl, .*glibc/,
    ],
    "the loader of another glibc is missing": [
      async (tmp) => ({ command: await tmp.writeExecutable(await withLoader("/lib/ld-linux-x.so.9")) }),
      /the loader that it needs, "\/lib\/ld-linux-x.so.9", is not there: it was built for glibc/,
    ],
    "an argument is too long": [
      async () => ({ ...fixturePlugin("x".repeat(1 << 20)) }),
      /E2BIG: args and the environment are larger than the system takes/,
    ],
    "the working directory is missing": [
      async (tmp) => ({ ...fixturePlugin(), cwd: join(tmp.path, "gone") }),
      /expected a directory as cwd, got ".*gone": ENOENT/,
    ],
    "the working directory is a file": [
      async (tmp) => {
        await writeFile(join(tmp.path, "file"), "");
        return { ...fixturePlugin(), cwd: join(tmp.path, "file") };
      },
      /expected a directory as cwd, got ".*file", which is a file/,
    ],
  };
  for (const [what, [failing, words]] of Object.entries(cases)) {
    test(what, async (t) => {
      const tmp = await privateTmp(t);

      const error = await startFailure(tmp, "spawn_failed", await failing(tmp));

      assert.match(error.message, words);
    });
  }

  test("the file is on a file system that is mounted noexec", async (t) => {
    const tmp = await privateTmp(t);
    const mount = join(tmp.path, "mnt");
    await mkdir(mount);
    const command = join(mount, "plugin");
    const prepare = `mount -t tmpfs -o noexec none ${mount} && printf '#!/bin/sh\\n' >${command} && chmod 755 ${command}`;
    try {
      execFileSync("unshare", ["-rm", "true"], { stdio: "ignore" });
    } catch {
      t.skip("this system lets nobody mount anything in a namespace");
      return;
    }
    const program = sourceProgram(new URL("fixtures/failing-host.ts", import.meta.url), command);
    const host = runProgram(t, "unshare", [
      "-rm",
      "sh",
      "-c",
      `${prepare} && exec "$@"`,
      "sh",
      process.execPath,
      ...program,
    ]);

    const { code, message } = JSON.parse(await host.firstLine());

    assert.equal(code, "executable_not_permitted");
    assert.match(
      message,
      /lies on a file system that is mounted noexec, at ".*mnt": put the plugin elsewhere/,
    );
    await host.ended;
  });

  test("the file is still being written: it is tried again, and starts when it is complete", async (t) => {
    const tmp = await privateTmp(t);
    const command = await tmp.writeExecutable(await readFile("/bin/false"));
    const writer = openSync(command, "r+");
    // After the first tries, and before the last: they last for more than a second.
    setTimeout(() => closeSync(writer), 50);

    const error = await startFailureOf(tmp, "exited", command);

    assert.equal(error.exitCode, 1);
  });

  test("the file stays open for writing", async (t) => {
    const tmp = await privateTmp(t);
    const command = await tmp.writeExecutable(await readFile("/bin/false"));
    const writer = openSync(command, "r+");

    const error = await startFailure(tmp, "spawn_failed", { command });
    closeSync(writer);

    assert.match(
      error.message,
      /ETXTBSY: the file is still open for writing: .*rename it when it is complete/,
    );
    assert.ok(error.cause instanceof Error && "code" in error.cause && error.cause.code === "ETXTBSY");
  });

  test("descriptors run out at any point of the start: each time it is a PluginError, and nothing is left", async (t) => {
    const tmp = await privateTmp(t);
    const command = await tmp.writeExecutable("#!/bin/sh\nexit 3\n");
    const program = sourceProgram(new URL("fixtures/host-without-descriptors.ts", import.meta.url), command);
    const host = runProgram(t, "sh", ["-c", 'ulimit -n 80; exec "$@"', "sh", process.execPath, ...program]);

    const { code } = await host.ended;

    assert.equal(code, 0, host.stderr());
    const outcomes: { free: number; code: string; message: string; left: string[] }[] = host
      .stdout()
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    assert.equal(outcomes.length, 16);
    assert.deepEqual(
      outcomes.filter(({ left }) => left.length > 0),
      [],
    );
    assert.equal(outcomes.at(-1)?.code, "exited");
    const codes = new Set(outcomes.map((outcome) => outcome.code));
    assert.deepEqual(
      [...codes].filter((each) => !["spawn_failed", "exited"].includes(each)),
      [],
    );
    assert.ok(
      outcomes.some(({ message }) =>
        /EMFILE.*: this process has no file descriptors left.*ulimit -n/.test(message),
      ),
      JSON.stringify(outcomes),
    );
  });
});

suite("the program dies at its start, and the error shows the lines that say why", () => {
  const node = (source: string): string =>
    `exec ${process.execPath} --input-type=module --eval '${source.replaceAll("'", "'\\''")}'`;
  const cases: Readonly<Record<string, [script: string, words: RegExp]>> = {
    "Node, without a package": [
      node('import "no-such-package-at-all";'),
      /; stderr says: "Error \[ERR_MODULE_NOT_FOUND\]: Cannot find package 'no-such-package-at-all' imported from [^"]*"$/,
    ],
    "Node, with a syntax error": [
      node("foo bar("),
      /; stderr says: "SyntaxError: Unexpected identifier 'bar'"$/,
    ],
    "Node, with an error that has properties and a cause": [
      node('const e = new Error("outer", { cause: new TypeError("inner") }); e.code = "X"; throw e;'),
      /; stderr says: "Error: outer", "\[cause\]: TypeError: inner"$/,
    ],
    "Node, with what is no error": [node('throw "just text"'), /; last stderr lines: "just text"$/],
    "Python, without a module": [
      "exec python3 -c 'import nosuchmodule'",
      /; stderr says: "ModuleNotFoundError: No module named 'nosuchmodule'"$/,
    ],
    "Python, with an exception of its own": [
      `exec python3 -c 'class Oops(Exception): pass
raise Oops("no config")'`,
      /; stderr says: "(__main__\.)?Oops: no config"$/,
    ],
    "Go, with a panic and a long trace": [
      says(
        `panic: no config\n\ngoroutine 1 [running]:\n${"main.f(0x1)\n\t/src/main.go:2 +0x34\n".repeat(40)}`,
        2,
      ),
      /; stderr says: "panic: no config"$/,
    ],
    "Go, out of memory": [
      says("fatal error: runtime: out of memory\n\nruntime stack:\nruntime.throw({0x1})\n", 2),
      /; stderr says: "fatal error: runtime: out of memory"$/,
    ],
    Rust: [
      says(
        "\nthread 'main' (12331) panicked at a.rs:1:76:\ncannot start: \"no config\"\nstack backtrace:\n" +
          "   0: __rustc::rust_begin_unwind\n             at /rustc/library/std/src/panicking.rs:689:5\n".repeat(
            15,
          ) +
          "note: Some details are omitted, run with `RUST_BACKTRACE=full` for a verbose backtrace.\n",
        101,
      ),
      /; stderr says: "thread 'main' \(12331\) panicked at a.rs:1:76:", "cannot start: \\"no config\\""$/,
    ],
    Java: [
      says(
        'Exception in thread "main" java.lang.RuntimeException: cannot start\n\tat Main.main(Main.java:1)\n' +
          `Caused by: java.io.IOException: no route\n${"\tat Main.main(Main.java:1)\n".repeat(30)}`,
        1,
      ),
      /; stderr says: "Exception in thread \\"main\\" java.lang.RuntimeException: cannot start", "Caused by: java.io.IOException: no route"$/,
    ],
    "a program without a library": [
      says("./gpx: error while loading shared libraries: libfoo.so.1: cannot open shared object file\n", 127),
      /; stderr says: ".\/gpx: error while loading shared libraries: libfoo.so.1.*"$/,
    ],
    "a program that logs": [
      says("one\ntwo\nthree\nfour\n\n", 1),
      /; last stderr lines: "two", "three", "four"$/,
    ],
    "a Go plugin that cannot make its socket": [
      [
        '{"@level":"debug","@message":"Serving plugin","plugins":["data"]}',
        '{"@level":"error","@message":"plugin init error","error":"open /run/gone/plugin1: no such file or directory","tries":1}',
        '{"@level":"debug","@message":"Plugin server exited"}',
      ]
        .map((line) => `echo '${line}' >&2`)
        .join("\n"),
      /; last stderr lines: "plugin init error: open \/run\/gone\/plugin1: no such file or directory tries=1"$/,
    ],
    "a program that writes bytes": [
      "head -c 4000 /bin/sh >&2; exit 1",
      /; (last stderr lines|stderr says): "[ -~\u00a1-\uffff]{1,400}$/,
    ],
  };
  for (const [what, [script, words]] of Object.entries(cases)) {
    test(`a start that fails quotes the lines that say why: ${what}`, async (t) => {
      const error = await scriptFailure(t, "exited", script);

      assert.match(error.message, words);
    });
  }

  test("a start that fails quotes the lines that say why: a launcher of env with the line ends of Windows", async (t) => {
    const tmp = await privateTmp(t);
    const command = await tmp.writeExecutable("#!/usr/bin/env no-such-program\r\n");

    const error = await startFailure(tmp, "exited", { command });

    assert.match(
      error.message,
      /the first line of the script ends in a carriage return: save it with .* \(LF\)$/,
    );
  });
});

suite("what stands on stdout in place of the handshake line is quoted with the cure", () => {
  const cases: Readonly<Record<string, [script: string, words: RegExp]>> = {
    "a greeting before the handshake line": [
      "echo Starting...; echo '1|2|unix|/tmp/x|grpc|'; exec sleep 1000",
      /^the plugin printed "Starting..." to stdout before its handshake line "1\|2\|unix\|\/tmp\/x\|grpc\|", which has to be the first: log to stderr/,
    ],
    "several lines before the handshake line": [
      "seq 1 20; echo '1|2|unix|/tmp/x|grpc|'; exec sleep 1000",
      /^the plugin printed "1" to stdout before its handshake line /,
    ],
    bytes: [
      "head -c 3000 /bin/sh; echo; exec sleep 1000",
      /got "[ -~\u00a1-\uffff]{1,250}": the executable is no/,
    ],
  };
  for (const [what, [script, words]] of Object.entries(cases)) {
    test(`an error quotes what is in place of the handshake line: ${what}`, async (t) => {
      const error = await scriptFailure(t, "handshake_invalid", script);

      assert.match(error.message, words);
    });
  }

  test("an error quotes what is in place of the handshake line: a prompt without a line end", async (t) => {
    const script = "printf 'Password: '; exec sleep 1000";

    const error = await withEnoughTime(
      300,
      (startTimeoutMs) => scriptFailure(t, "start_timeout", script, { startTimeoutMs }),
      ({ message }) => message.includes("it printed"),
    );

    assert.match(error.message, /within \d+ ms; it printed "Password: " to stdout, without a line end; /);
  });
});

/** The same as {@link startFailure}, for a file that this process holds open meanwhile. */
async function startFailureOf(tmp: PrivateTmp, code: string, command: string) {
  const error = await launchPlugin({ command, protocols: [v2] }).then(
    () => assert.fail("expected a rejection"),
    (reason) => reason,
  );
  assert.equal(error.code, code, error.message);
  assert.deepEqual(tmp.leftovers(), []);
  return error;
}

/** A script that writes a text to stderr and exits. */
function says(text: string, exitCode: number): string {
  return `cat >&2 <<'END'\n${text.replace(/\n$/, "")}\nEND\nexit ${exitCode}`;
}

/** A real executable that asks for another loader. */
async function withLoader(loader: string): Promise<Uint8Array> {
  const bytes = await readFile("/bin/true");
  const own = /\/lib[\w/.-]*\/ld-[\w.-]+\0/.exec(bytes.toString("latin1"));
  assert.ok(own !== null && own[0].length > loader.length, "/bin/true is linked dynamically");
  bytes.write(loader.padEnd(own[0].length, "\0"), own.index, "latin1");
  return bytes;
}
