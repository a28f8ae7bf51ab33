import { constants } from "node:fs";
import { access, type FileHandle, open, stat } from "node:fs/promises";
import { resolve } from "node:path";
import { errorCode, messageOf, PluginError } from "../../errors.ts";
import { describeValue } from "../../option-checks.ts";
import { readElfLoader } from "./executable/read-elf-loader.ts";

/** Next steps for system errors that are clear by themselves. */
const cures: Readonly<Record<string, string>> = {
  E2BIG: "args and the environment are larger than the system takes: pass less, for example by inheritEnv",
  EAGAIN: "the limit of processes is reached (ulimit -u, or the pids of a container): end some, or raise it",
  EMFILE: "this process has no file descriptors left: close some, or raise the limit (ulimit -n)",
  ENFILE: "the system has no file descriptors left",
  ENOMEM: "the system has no memory left for it",
  ETXTBSY:
    "the file is still open for writing: write it under another name and rename it when it is complete",
};

/**
 * Says why the system did not run an executable. The system's error is the same for a missing working directory, a
 * missing interpreter of a script and a missing loader of a binary, and names none of them.
 */
export async function describeSpawnFailure(
  executable: string,
  cwd: string | undefined,
  cause: unknown,
): Promise<PluginError> {
  const code = errorCode(cause) ?? "";
  const reason = messageOf(cause);
  const why = cures[code] ?? (await lookAt(executable, cwd)) ?? "check that the system can run it";
  return new PluginError("spawn_failed", `cannot start "${executable}": ${reason}: ${why}`, {
    cause: withoutArguments(cause),
  });
}

/** The system's error without the arguments that Node adds to it, which may be secrets. */
function withoutArguments(cause: unknown): unknown {
  if (!(cause instanceof Error)) return cause;
  const { message, code, errno, syscall }: NodeJS.ErrnoException = cause;
  return Object.assign(new Error(message), { code, errno, syscall });
}

/** @param depth scripts that may still run each other: Linux gives up after five, with ELOOP */
async function lookAt(
  executable: string,
  cwd: string | undefined,
  depth: number = 5,
): Promise<string | undefined> {
  if (cwd !== undefined && !(await isRunnable(cwd))) {
    return `this user may not enter its working directory ${describeValue(cwd)}`;
  }
  const file = await open(executable).catch(() => undefined);
  if (file === undefined) return undefined;
  try {
    return (await lookAtScript(file, cwd, depth)) ?? (await lookAtLoader(file));
  } catch {
    return undefined;
  } finally {
    await file.close();
  }
}

async function lookAtScript(
  file: FileHandle,
  cwd: string | undefined,
  depth: number,
): Promise<string | undefined> {
  const line = await readShebang(file);
  if (line === undefined) return undefined;
  const interpreter = line.replace(/^[ \t]+/, "").replace(/[ \t].*$/s, "");
  const path = resolve(cwd ?? "", interpreter);
  const quoted = describeValue(interpreter);
  if (interpreter.endsWith("\r")) {
    return `the interpreter in its first line is ${quoted}: the carriage return at its end belongs to the line ends of Windows: save the script with those of Unix (LF)`;
  }
  const info = await stat(path).catch(() => undefined);
  if (info === undefined) {
    return `the interpreter in its first line, ${quoted}, is not there: install it, or correct the line`;
  }
  if (!info.isFile() || !(await isRunnable(path))) {
    return `the interpreter in its first line, ${quoted}, is not executable: correct the line`;
  }
  // It may be a script, or a binary whose loader is missing.
  const why = depth > 1 ? await lookAt(path, cwd, depth - 1) : undefined;
  return why && `the interpreter in its first line, ${quoted}, cannot be run: ${why}`;
}

async function lookAtLoader(file: FileHandle): Promise<string | undefined> {
  const loader = await readElfLoader(file);
  if (loader === undefined || (await isRunnable(loader))) return undefined;
  const built = loader.includes("ld-musl")
    ? "it was built for musl, as on Alpine Linux: take a build for glibc"
    : loader.includes("ld-linux") || loader.includes("ld64.so")
      ? "it was built for glibc: take a build for the C library of this system"
      : "it was built for another system: take a build for this one";
  return `the loader that it needs, ${describeValue(loader)}, is not there: ${built}, or one that is linked statically (Go: CGO_ENABLED=0)`;
}

/** The text after `#!` in the first line of a script; `undefined` if the file is not a script. */
export async function readShebang(file: FileHandle): Promise<string | undefined> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(256), 0, 256, 0);
  const [line = ""] = buffer.toString("utf8", 0, bytesRead).split("\n");
  return line.startsWith("#!") ? line.slice(2) : undefined;
}

function isRunnable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}
