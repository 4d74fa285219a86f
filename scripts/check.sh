#!/usr/bin/env bash
# check.sh [format|lints|documentation|licences|deployment]...: what can be judged without running anything.
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

# judge TOOL COMMAND...: leaves out what needs a tool that is not here, and says so.
judge() {
    local tool=$1
    shift
    if command -v "$tool" >/dev/null; then
        "$@"
    else
        printf 'not checked, %s is not installed: %s\n' "$tool" "$*"
    fi
}

# The program of the unit is not installed where it is checked.
verify_unit() {
    local folder status=0
    folder=$(mktemp -d)
    sed 's|^ExecStart=.*|ExecStart=/bin/true|' "$1" >"$folder/${1##*/}"
    systemd-analyze verify "$folder/${1##*/}" || status=$?
    systemd-analyze security --offline=true --threshold=20 --no-pager "$folder/${1##*/}" | tail -n 1 ||
        status=$?
    rm -rf "$folder"
    return "$status"
}

if (($# == 0)); then
    set -- format lints documentation licences deployment
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
    deployment)
        scripts/check-deployment.py
        judge promtool promtool check config deploy/prometheus/prometheus.yml
        judge systemd-analyze verify_unit deploy/heliograph.service
        judge hadolint hadolint deploy/Dockerfile
        judge yamllint yamllint --strict --config-data '{extends: relaxed, rules: {line-length: disable}}' deploy
        ;;
    *) fail "check.sh: no check named $part" ;;
    esac
done
