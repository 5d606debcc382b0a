# shellcheck shell=sh
# A part of the scripts that look into volumes of files. Needs docker, tar and, unless the host has it, macOS's shasum.

# The SHA-256 of all files in a folder of a container, one behind the other by name; that of nothing where there is none.
files_digest() { # container:folder
  docker cp "$1" - 2>/dev/null </dev/null | tar -xOf - 2>/dev/null |
    if command -v sha256sum >/dev/null; then sha256sum; else shasum -a 256; fi | cut -c 1-64
}
