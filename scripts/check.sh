#!/usr/bin/env bash
# check.sh [format|lints|documentation|licences]...: what can be judged without running anything.
set -euo pipefail
# shellcheck source=scripts/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"
need_cargo

# need_component COMMAND COMPONENT: minimal toolchains come without them.
need_component() {
    if ! cargo "$1" --version >/dev/null 2>&1; then
        command -v rustup >/dev/null || fail "cargo $1 is missing: install $2 with your toolchain"
        rustup component add "$2"
    fi
}

if (($# == 0)); then
    set -- format lints documentation licences
fi
for part in "$@"; do
    case $part in
    format)
        need_component fmt rustfmt
        cargo fmt --all --check
        ;;
    lints)
        need_component clippy clippy
        cargo clippy --workspace --all-targets --locked -- -D warnings
        ;;
    documentation)
        RUSTDOCFLAGS="-D warnings" cargo doc --workspace --no-deps --locked
        ;;
    licences)
        scripts/check-licences.py
        if cargo deny --version >/dev/null 2>&1; then
            cargo deny --offline --locked check licenses bans sources
        fi
        ;;
    *) fail "check.sh: no check named $part" ;;
    esac
done
