#!/bin/sh
here=$(dirname "$(readlink -f "$0")")
node="$here/node"
[ -x "$node" ] || node=node
exec "$node" "$here/plugin.mjs"
