#!/bin/sh
# From a fresh clone to a working .venv on Debian or Ubuntu: system packages, Python packages by hash, the project.
#
# - Asks nothing, and does nothing when all is there (a stamp in .venv says so).
# - Every Python package is checked against the hash in the lock.
# - What it may not do (no root, no sudo) it says, with the command that somebody else can run.
set -eu
cd "$(dirname "$0")/.."

venv=.venv
lock=requirements-dev.lock
uv_lock=packaging/requirements-uv.lock
log=build/setup.log

# a|b: the name changed between releases, either will do.
needed="ca-certificates python3 python3-venv
  libglib2.0-0t64|libglib2.0-0 libgl1 libegl1 libxkbcommon0 libfontconfig1 libdbus-1-3 libgssapi-krb5-2
  libxcb-cursor0 libxcb-icccm4 libxcb-keysyms1 libxkbcommon-x11-0 libxcb-shape0
  libwayland-cursor0 libwayland-egl1"
# The tests hold our files against these stock tools; the program itself does without them.
wanted="git age openssh-client openssh-server poppler-utils xvfb xauth dbus strace postgresql"

say() { printf 'setup: %s\n' "$*" >&2; }
die() { say "$@"; exit 1; }

# --- system packages -------------------------------------------------------------------------------------------

# Print those of "$@" of which no alternative is installed.
missing_of() {
    # shellcheck disable=SC2046 # names without spaces
    present=" $(dpkg-query -W -f '${Package}=${db:Status-Status} ' $(echo "$*" | tr '|' ' ') 2>/dev/null || true) "
    for choice in "$@"; do
        found=no
        for name in $(echo "$choice" | tr '|' ' '); do
            case "$present" in *" $name=installed "*) found=yes ;; esac
        done
        [ $found = yes ] || printf '%s ' "$choice"
    done
}

# Print, for each of "$@", the first alternative that this release knows.
names_here() {
    for choice in "$@"; do
        for name in $(echo "$choice" | tr '|' ' '); do
            if apt-cache show --no-all-versions "$name" >/dev/null 2>&1; then
                printf '%s ' "$name"
                break
            fi
        done
    done
}

as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"
    elif [ -t 0 ]; then sudo "$@"
    else sudo -n "$@"   # nobody is there to type a password
    fi
}

may_be_root() { [ "$(id -u)" = 0 ] || { command -v sudo >/dev/null && { [ -t 0 ] || sudo -n true 2>/dev/null; }; }; }

apt_install() {
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends \
        -o DPkg::Lock::Timeout=300 "$@" </dev/null >>"$log" 2>&1
}

system_packages() {
    if ! command -v apt-get >/dev/null; then
        say "this system has no apt-get: see README.md for the libraries that must be there"
        return
    fi
    # shellcheck disable=SC2086 # lists of names
    missing=$(missing_of $needed) optional=$(missing_of $wanted)
    [ -n "$missing$optional" ] || return 0
    if ! may_be_root; then
        command="apt-get install $(echo "$missing$optional" | sed 's/|[^ ]*//g')"
        [ -z "$missing" ] || die "packages are missing and installing them needs root. Ask for: $command"
        say "going on without $optional(tests that need them will say so). To have them: $command"
        return
    fi
    say "installing system packages: $missing$optional"
    as_root apt-get update -qq -o DPkg::Lock::Timeout=300 >>"$log" 2>&1 || say "some package lists could not be refreshed"
    # shellcheck disable=SC2046,SC2086
    apt_install $(names_here $missing $optional) && return
    say "not all of them could be had; trying those that must be there"
    # shellcheck disable=SC2046,SC2086
    [ -z "$missing" ] || apt_install $(names_here $missing) || { tail -n 20 "$log" >&2; die "apt-get failed, see $log"; }
}

# --- Python ----------------------------------------------------------------------------------------------------

suits() { "$1" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null; }

# The distribution's Python first: it is the one that its own packages, and our tests, are meant for.
choose_python() {
    for candidate in /usr/bin/python3 python3.13 python3.12 python3.11 python3; do
        if suits "$candidate"; then
            echo "$candidate"
            return
        fi
    done
    die "Python 3.11, 3.12 or 3.13 is needed and was not found. Install one, then run this again"
}

# An environment does not survive being moved: its commands name the place they were made for.
usable_here() { suits $venv/bin/python && head -n 3 $venv/bin/pip | grep -qF "$(pwd -P)/$venv/"; }

python_packages() {
    python=$(choose_python)
    usable_here || "$python" -m venv --clear $venv ||
        die "$python could not make $venv (on Debian: apt-get install python3-venv)"
    # Nothing is built here: a source package would run its author's code and fetch tools that no lock names.
    set -- --quiet --require-hashes --only-binary :all:
    export PIP_DISABLE_PIP_VERSION_CHECK=1 UV_SYSTEM_CERTS=1 UV_NO_PROGRESS=1
    $venv/bin/python -m pip install "$@" --no-deps -r $uv_lock
    # An organisation may have told pip, and pip alone, where its mirror is: pip then takes over from uv.
    $venv/bin/uv pip sync --python $venv/bin/python "$@" $lock ||
        { say "uv could not fetch the packages; asking pip" && $venv/bin/python -m pip install "$@" --no-deps -r $lock; }
    $venv/bin/uv pip install --quiet --python $venv/bin/python --no-deps --no-build-isolation --offline --editable .
}

# --- all of it -------------------------------------------------------------------------------------------------

stamp=$({ pwd -P; cat packaging/bootstrap.sh pyproject.toml $lock $uv_lock; } | sha256sum)
if [ -x $venv/bin/python ] && [ "$(cat $venv/setup.stamp 2>/dev/null)" = "$stamp" ]; then
    exit 0
fi
mkdir -p build
: >"$log"
system_packages
say "installing Python packages"
python_packages
echo "$stamp" >$venv/setup.stamp
