#!/bin/sh
# Installs the JavaScript peer beside this script; node_modules is not kept in git.
set -eu
cd "$(dirname "$0")"
npm install --no-package-lock --no-audit --no-fund --ignore-scripts --loglevel=error
