#!/usr/bin/env bash
# install-tools.sh GROUP...: installs what is missing of the groups `build`, `demo`, `test` and `bench`.
#
# What is there is left alone; when nothing is missing, nothing happens.
set -euo pipefail
# shellcheck source=scripts/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

missing=()

# want PACKAGE COMMAND...: notes the package when the command fails.
want() {
    local package=$1
    shift
    if ! "$@" >/dev/null 2>&1; then
        missing+=("$package")
    fi
}

has_postgres() {
    command -v pg_ctl || compgen -G '/usr/lib/postgresql/*/bin/pg_ctl'
}

# has_header PATTERN
has_header() {
    compgen -G "/usr/include/$1"
}

want_group() {
    case $1 in
    build)
        want build-essential command -v cc
        want build-essential command -v c++
        want cmake command -v cmake
        want nasm command -v nasm
        want pkg-config command -v pkg-config
        want python3 command -v python3
        ;;
    demo)
        want curl command -v curl
        want ffmpeg command -v ffmpeg
        ;;
    test)
        want curl command -v curl
        want python3-venv python3 -c 'import ensurepip, venv'
        want postgresql has_postgres
        want libimage-exiftool-perl command -v exiftool
        want ffmpeg command -v ffmpeg
        want nodejs command -v node
        want npm command -v npm
        # Elsewhere the package of this name is a stand-in that asks for another installer.
        if grep -qx 'ID=debian' /etc/os-release; then
            want chromium command -v chromium
        fi
        ;;
    bench)
        want nodejs command -v node
        want npm command -v npm
        want ffmpeg command -v ffmpeg
        want python3-venv python3 -c 'import ensurepip, venv'
        # pillow-simd is compiled where it is installed.
        want python3-dev python3 -c 'import os, sysconfig; os.stat(sysconfig.get_path("include") + "/Python.h")'
        want libjpeg-dev has_header jpeglib.h
        want libwebp-dev has_header webp/encode.h
        want zlib1g-dev has_header zlib.h
        ;;
    *) fail "install-tools.sh: no group named $1" ;;
    esac
}

need_cargo
for group in "$@"; do
    want_group "$group"
done
if ((${#missing[@]} == 0)); then
    exit 0
fi
mapfile -t missing < <(printf '%s\n' "${missing[@]}" | sort -u)

heading "installing ${missing[*]}"
command -v apt-get >/dev/null || fail "There is no apt-get here. Please install: ${missing[*]}"
apt=(env DEBIAN_FRONTEND=noninteractive apt-get -qq)
if ((EUID != 0)); then
    command -v sudo >/dev/null || fail "As root, please run: apt-get install ${missing[*]}"
    apt=(sudo "${apt[@]}")
fi
"${apt[@]}" update </dev/null
"${apt[@]}" install --yes --no-install-recommends "${missing[@]}" </dev/null
