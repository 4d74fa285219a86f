# Shared by the scripts beside it; sourced, not run.
# shellcheck shell=bash
#
# HELIOGRAPH_CACHE    what survives clean checkouts (default ~/.cache/heliograph)
# CARGO_TARGET_DIR    compiled code (default: `target` in the cache)

cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 1

export HELIOGRAPH_CACHE=${HELIOGRAPH_CACHE:-$HOME/.cache/heliograph}
export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$HELIOGRAPH_CACHE/target}
export DEBIAN_FRONTEND=noninteractive
if [[ -n ${CI:-} ]]; then
    # Nobody edits and builds again there.
    export CARGO_INCREMENTAL=0
fi

# heading TEXT
heading() {
    printf '\n== %s\n' "$*"
}

# fail TEXT: says why on standard error and ends the script.
fail() {
    printf '%s\n' "$*" >&2
    exit 1
}

# Puts cargo into the path, or says how to get it.
need_cargo() {
    if ! command -v cargo >/dev/null && [[ -x $HOME/.cargo/bin/cargo ]]; then
        PATH=$HOME/.cargo/bin:$PATH
    fi
    local wanted version
    wanted=$(sed -n 's/^rust-version = "\(.*\)"$/\1/p' Cargo.toml)
    if ! version=$(rustc --version 2>/dev/null) || ! command -v cargo >/dev/null; then
        fail "Rust is missing. Install Rust $wanted or newer with one of these, and try again:
    curl --proto '=https' --tlsv1.2 -sSf https://sh.rustup.rs | sh
    sudo apt-get install rustup && rustup default stable"
    fi
    version=${version#rustc }
    version=${version%% *}
    if [[ $(printf '%s\n' "$wanted" "$version" | sort -V | head -n 1) != "$wanted" ]]; then
        fail "Rust $version is too old; Rust $wanted or newer is needed: rustup update stable"
    fi
}

# is_free PORT: nobody listens there on 127.0.0.1.
is_free() {
    ! (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null
}
