#!/bin/sh
# What the browser tests need from elsewhere: Chromium from the operating system, installed when we are root and
# otherwise said, and axe-core from npm, put into a cache outside the tree. Tests that lack theirs are skipped.
with_chromium() {
    command -v chromium >/dev/null 2>&1 && return
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
        echo "Installing Chromium for the browser tests ..."
        apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends chromium >/dev/null && return
        echo "Chromium could not be installed; the browser tests will be skipped."
        return
    fi
    echo "Chromium is missing, so the browser tests will be skipped. To run them: sudo apt-get install chromium"
}

with_axe() {
    version=$(sed -n 's/^VERSION = "\(.*\)"$/\1/p' "$(dirname "$0")/../tests/browser/axe.py")
    there="${XDG_CACHE_HOME:-$HOME/.cache}/threat-investigation-workbench/axe-core-$version"
    [ -n "$WORKBENCH_AXE" ] || [ -f "$there/node_modules/axe-core/axe.min.js" ] && return
    command -v npm >/dev/null 2>&1 &&
        timeout 120 npm install --prefix "$there" --ignore-scripts --no-audit --no-fund --silent "axe-core@$version" >/dev/null 2>&1 &&
        return
    echo "axe-core $version could not be had from npm; the tests of accessibility will be skipped."
}

with_chromium
with_axe
exit 0
