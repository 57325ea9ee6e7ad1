#!/bin/sh
# What the browser tests need from the operating system: Chromium. Installed when we are root; otherwise said.
command -v chromium >/dev/null 2>&1 && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "Installing Chromium for the browser tests ..."
    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends chromium >/dev/null && exit 0
    echo "Chromium could not be installed; the browser tests will be skipped."
    exit 0
fi
echo "Chromium is missing, so the browser tests will be skipped. To run them: sudo apt-get install chromium"
