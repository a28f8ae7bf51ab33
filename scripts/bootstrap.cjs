// First step of `npm start`, `npm test` and `npm run check`: makes node_modules fit package-lock.json and
// node_modules/.bin/node the pinned Node. Plain CommonJS, because the Node that runs this may be an old one.
// Prints one line when it installs, and nothing otherwise.
"use strict";

const { spawnSync } = require("node:child_process");
const fs = require("node:fs");
const path = require("node:path");

const root = path.join(__dirname, "..");
const onWindows = process.platform === "win32";

const pinnedNode = readJson("package.json").devDependencies.node;

if (!isInstalled()) {
  console.log("installing the pinned packages (npm ci) ...");
  npm(
    [
      "ci",
      "--include=dev",
      "--include=optional",
      "--engine-strict=false",
      "--no-audit",
      "--no-fund",
      "--loglevel=error",
    ],
    "npm ci failed, see above: the npm registry must answer, and package-lock.json must fit package.json",
  );
}

const wanted = `v${pinnedNode}`;
if (nodeVersion() !== wanted) {
  // npm ci with ignore-scripts, or an npm that asks before it runs install scripts, leaves the binary out.
  console.log(`installing Node ${wanted} ...`);
  npm(
    ["rebuild", "node", "--ignore-scripts=false"],
    `npm could not install Node ${wanted}: run \`npm rebuild node --ignore-scripts=false\``,
  );
  const seen = nodeVersion();
  if (seen !== wanted) {
    fail(
      `expected node_modules/.bin/node to be ${wanted}, got ${seen || "nothing that runs"}: ` +
        "allow the install script of the package `node`, remove node_modules and run `npm ci`",
    );
  }
}

/** True when npm's record of what it installed (written last by `npm ci`) says what package-lock.json says. */
function isInstalled() {
  const locked = readJson("package-lock.json").packages;
  const record = readJson("node_modules/.package-lock.json");
  if (record === undefined) {
    return false;
  }
  const installed = record.packages;
  return (
    Object.keys(installed).every((name) => name in locked) &&
    Object.keys(locked).every((name) => {
      if (name === "") {
        return true;
      }
      const want = locked[name];
      const have = installed[name];
      if (have === undefined) {
        return want.optional === true && !isForThisPlatform(want);
      }
      return have.version === want.version && have.integrity === want.integrity;
    })
  );
}

function isForThisPlatform(entry) {
  // Only npm knows the C library of this machine, so an entry that names one may be installed or not.
  return (
    entry.libc === undefined && includes(entry.os, process.platform) && includes(entry.cpu, process.arch)
  );
}

/** npm's meaning of `os` and `cpu`: absent is all, `!name` is all but that one. */
function includes(list, value) {
  if (list === undefined) {
    return true;
  }
  const negated = list.filter((item) => item[0] === "!");
  return list.indexOf(`!${value}`) < 0 && (negated.length === list.length || list.indexOf(value) >= 0);
}

function nodeVersion() {
  const file = path.join(root, "node_modules", ".bin", onWindows ? "node.cmd" : "node");
  const run = spawnSync(onWindows ? `"${file}"` : file, ["--version"], {
    encoding: "utf8",
    shell: onWindows,
  });
  return run.status === 0 ? run.stdout.trim() : undefined;
}

/** Runs npm on the machine's own Node: `npm ci` removes the one in node_modules while it works. */
function npm(args, advice) {
  const env = Object.assign({}, process.env);
  // npm 8 would leave out optional packages that require a newer Node than its own, such as esbuild's binary.
  env.npm_config_node_version = pinnedNode;
  const key = Object.keys(env).filter((name) => name.toUpperCase() === "PATH")[0];
  const ours = path.join(root, "node_modules");
  env[key] = env[key]
    .split(path.delimiter)
    .filter((folder) => folder.indexOf(ours) !== 0)
    .join(path.delimiter);
  const run = spawnSync("npm", args, { cwd: root, encoding: "utf8", env: env, shell: onWindows });
  if (run.status !== 0) {
    process.stderr.write(`${run.stdout || ""}${run.stderr || ""}`);
    fail(run.error ? `${advice} (${run.error.message})` : advice);
  }
}

/** The parsed file, or `undefined` when it does not exist or is not JSON. */
function readJson(name) {
  try {
    return JSON.parse(fs.readFileSync(path.join(root, name), "utf8"));
  } catch (_error) {
    return undefined;
  }
}

function fail(message) {
  console.error(message);
  process.exit(1);
}
