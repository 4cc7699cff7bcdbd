# Sourced by build.sh: saying what happens, and finding or installing what a command needs.
# Every set_up_* function does nothing where things are already there.

readonly WASM_TARGET=wasm32-unknown-unknown
readonly WASM_TARGET_DIR=build/wasm-target
# The standard library is 90 MB.
readonly RUSTUP_SECONDS=900

# ---- Talking ------------------------------------------------------------------------------------

if [[ -t 1 && -z ${NO_COLOR:-} ]]; then readonly BOLD=$'\e[1m' PLAIN=$'\e[0m'; else readonly BOLD="" PLAIN=""; fi

# say TEXT: announces a step, with the seconds since the start.
say() { printf '%s[%4d s] %s%s\n' "$BOLD" "$SECONDS" "$*" "$PLAIN"; }

# die SENTENCE...: ends with what is wrong and, on further lines, what to do.
die() {
  printf '\nbuild.sh: %s\n' "$1" >&2
  shift
  if (($#)); then printf '  %s\n' "$@" >&2; fi
  exit 1
}

has() { command -v "$1" >/dev/null 2>&1; }

# run_logged NAME COMMAND...: keeps the output in build/log/NAME.log and shows its end on failure.
run_logged() {
  local log=build/log/$1.log
  shift
  mkdir -p build/log
  "$@" >"$log" 2>&1 || { tail -n 20 "$log" >&2; return 1; }
}

# ---- Setting up ---------------------------------------------------------------------------------

# apt_install PACKAGE...: installs Debian packages, after saying so.
apt_install() {
  local as_root=()
  has apt-get || die "This system has no apt-get to install: $*." "Install them by hand, then run this again."
  if ((EUID != 0)); then
    has sudo || die "Missing: $*." "Run as root: apt-get install $*"
    as_root=(sudo)
  fi
  say "Installing Debian packages: $*"
  run_logged apt-update "${as_root[@]}" apt-get -o DPkg::Lock::Timeout=300 -q update ||
    printf '  apt-get update failed; going on with the package lists that are here.\n'
  run_logged apt-install "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
    apt-get -o DPkg::Lock::Timeout=300 -q -y --no-install-recommends --no-remove install "$@" ||
    die "apt-get could not install: $*." "The whole output is in build/log/apt-install.log."
}

set_up_native() {
  local wanted minor
  has cargo || die "cargo is missing." "Install Rust with rustup (https://rustup.rs), then run this again."
  wanted=$(sed -n 's/^rust-version = "1\.\([0-9]*\).*/\1/p' Cargo.toml)
  minor=$(rustc --version | sed -n 's/^rustc 1\.\([0-9]*\).*/\1/p')
  ((${minor:-0} >= wanted)) || die "Rust 1.$wanted or newer is needed; here is $(rustc --version 2>&1 | head -n 1)." \
    "With rustup (https://rustup.rs): rustup update stable && rustup default stable"
  has cc || apt_install gcc libc6-dev
}

# add_component COMMAND COMPONENT: a part of the Rust toolchain, such as cargo-fmt of rustfmt.
add_component() {
  cargo "${1#cargo-}" --version >/dev/null 2>&1 && return
  say "Adding $2 to the Rust toolchain"
  if ! has rustup || ! timeout --foreground "$RUSTUP_SECONDS" rustup component add "$2"; then
    die "cargo ${1#cargo-} is missing." "Add it with: rustup component add $2"
  fi
}

has_wasm_std() { [[ -d $(rustc --print sysroot)/lib/rustlib/$WASM_TARGET/lib ]]; }

has_std_source() { [[ -f $(rustc --print sysroot)/lib/rustlib/src/rust/library/Cargo.lock ]]; }

# set_up_wasm [threads]: finds a toolchain for wasm32 and sets WASM_ENV, WASM_CARGO, WASM_CLIPPY and
# WASM_FLAGS. WASM_TOOLCHAIN=rustup or =debian allows only that one. For threads the standard library is
# compiled with them too (-Z build-std), from its source.
set_up_wasm() {
  local part=$WASM_TARGET command=target there=has_wasm_std status=0
  set_up_native
  # RUSTFLAGS would replace the flags of .cargo/config.toml.
  WASM_ENV=(env -u RUSTFLAGS -u CARGO_ENCODED_RUSTFLAGS)
  WASM_CARGO=(cargo)
  WASM_CLIPPY=(cargo clippy)
  WASM_FLAGS=(--target "$WASM_TARGET")
  if [[ ${1:-} == threads ]]; then
    part=rust-src command=component there=has_std_source
    WASM_FLAGS+=(--config scripts/threads.toml)
  fi
  if [[ ${WASM_TOOLCHAIN:-rustup} == rustup ]]; then
    if ! "$there" && has rustup; then
      say "Adding $part with rustup"
      timeout --foreground "$RUSTUP_SECONDS" rustup "$command" add "$part" || status=$?
      # Another compiler is more to fetch, and a later build would come from this one.
      ((status != 124)) || die "rustup has not got $part within $((RUSTUP_SECONDS / 60)) minutes." \
        "Run: rustup $command add $part   and then this again."
      ((status == 0)) || printf '  rustup could not add it.\n'
    fi
    if "$there"; then
      if [[ ${1:-} == threads ]]; then build_std; fi
      return
    fi
    if [[ -n ${WASM_TOOLCHAIN:-} ]]; then die "There is no $part for this Rust toolchain."; fi
  fi
  use_debian_toolchain
}

# Has cargo build the standard library.
build_std() {
  # RUSTC_BOOTSTRAP opens -Z options on a stable compiler.
  WASM_ENV+=(RUSTC_BOOTSTRAP=1)
  WASM_FLAGS+=(-Z "build-std=std,panic_abort")
}

# Debian has no compiled standard library for wasm32, but its source: cargo builds it (-Z build-std).
use_debian_toolchain() {
  local missing=() linker package
  for package in rustc-web cargo-web rust-web-src; do
    dpkg -s "$package" >/dev/null 2>&1 || missing+=("$package")
  done
  if ((${#missing[@]})); then
    printf "  Going on with Debian's Rust, which builds the standard library from source.\n"
    apt_install "${missing[@]}"
  fi
  linker=$(find_wasm_linker)
  if [[ -z $linker ]]; then
    # The linker has to know the object files of rustc's LLVM: take the same version.
    apt_install "lld-$(/usr/bin/rustc -vV | sed -n 's/^LLVM version: \([0-9]*\).*/\1/p')"
    linker=$(find_wasm_linker)
  fi
  WASM_ENV+=(RUSTC=/usr/bin/rustc CARGO=/usr/bin/cargo
    CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER="$linker")
  WASM_CARGO=(/usr/bin/cargo)
  WASM_CLIPPY=(/usr/bin/cargo-clippy clippy)
  build_std
}

# Prints the path of LLVM's linker for wasm: rustup's own, or Debian's newest; nothing if there is none.
find_wasm_linker() {
  { compgen -G "$(rustc --print sysroot)/lib/rustlib/*/bin/rust-lld" ||
    compgen -c wasm-ld | sort -rV | xargs -r -n 1 which ||
    true; } 2>/dev/null | head -n 1
}

# Sets WASM_BINDGEN to the command at exactly the version of the library in Cargo.lock.
set_up_wasm_bindgen() {
  local version
  [[ -f Cargo.lock ]] || cargo generate-lockfile
  version=$(awk '/^name = "wasm-bindgen"$/ { getline; gsub(/[^0-9.]/, ""); print }' Cargo.lock)
  [[ -n $version ]] || die "Cargo.lock names no version of wasm-bindgen."
  for WASM_BINDGEN in wasm-bindgen build/tools/bin/wasm-bindgen; do
    if [[ $("$WASM_BINDGEN" --version 2>/dev/null) == "wasm-bindgen $version" ]]; then return; fi
  done
  say "Installing wasm-bindgen $version into build/tools (once; some minutes)"
  # Lightly optimised: it compiles in half the time and runs for a second.
  cargo install wasm-bindgen-cli --version "$version" --bin wasm-bindgen --root build/tools \
    --target-dir build/tools/target --force --config profile.release.opt-level=1 ||
    die "wasm-bindgen $version could not be installed." "Install it by hand: cargo install wasm-bindgen-cli --version $version"
  rm -rf build/tools/target
}

# set_up_npm DIR: what DIR/package-lock.json asks for, unless it is there.
set_up_npm() {
  local installed=$1/node_modules/.installed-lock.json major
  if ! has node || ! has npm; then die "node or npm is missing." "Install Node.js 20 or newer (https://nodejs.org)."; fi
  major=$(node -p 'process.versions.node.split(".")[0]')
  ((major >= 20)) || die "Node.js $(node --version) is too old." "Install Node.js 20 or newer (https://nodejs.org)."
  cmp -s "$1/package-lock.json" "$installed" && return
  say "Installing the npm packages of $1"
  run_logged npm-ci npm ci --prefix "$1" --ignore-scripts --no-audit --no-fund ||
    die "npm ci failed in $1." "The whole output is in build/log/npm-ci.log."
  cp "$1/package-lock.json" "$installed"
}

# first_of COMMAND...: where the first of them is that is here and can be driven; nothing where none is.
first_of() {
  local command path
  for command in "$@"; do
    if path=$(command -v "$command") && ! is_snap "$path"; then printf '%s\n' "$path"; return; fi
  done
}

# is_snap PATH: such a browser cannot read the profiles that the tests lay into the folder for temporary files.
is_snap() { [[ $(readlink -f "$1") =~ ^(/usr/bin/snap$|/snap/) ]] || head -c 4096 "$1" | grep -qa /snap/bin/; }

is_ubuntu() { grep -qs '^ID=ubuntu$' /etc/os-release; }

find_browsers() {
  export CHROMIUM=${CHROMIUM:-$(first_of chromium chromium-browser google-chrome)}
  export FIREFOX=${FIREFOX:-$(first_of firefox-esr firefox)}
}

# set_up_browsers NAME...: chromium, firefox or webkit, as the tests drive them. Sets CHROMIUM and FIREFOX,
# where they are not set, to where those are.
set_up_browsers() {
  local missing=() names=" $* "
  find_browsers
  if [[ $names == *" chromium "* && -z $CHROMIUM ]]; then missing+=(chromium); fi
  if [[ $names == *" firefox "* && -z $FIREFOX ]]; then missing+=(firefox-esr); fi
  if [[ $names == *" webkit "* ]]; then
    # The driver brings its browser, MiniBrowser, which has no headless mode: it needs a screen.
    has WebKitWebDriver || missing+=(webkit2gtk-driver)
    has Xvfb || missing+=(xvfb)
  fi
  ((${#missing[@]})) || return 0
  printf '  CHROMIUM=PATH and FIREFOX=PATH name other browsers, BROWSERS="chromium firefox" fewer.\n'
  if is_ubuntu && [[ " ${missing[*]} " =~ " chromium "|" firefox-esr " ]]; then
    die "Ubuntu has Chromium and Firefox as snaps only, which cannot read the profiles that the tests make." \
      "Install Chrome and Firefox from their makers, as .deb or .tar, and: CHROMIUM=PATH FIREFOX=PATH ./build.sh test" \
      "or test with fewer: BROWSERS=webkit ./build.sh test"
  fi
  apt_install "${missing[@]}"
  find_browsers
}

# ---- Training recipe ----------------------------------------------------------------------------

readonly TRAIN_ENV=build/train-env

# What PyTorch as pinned in train/requirements.txt is built for.
readonly TRAIN_PYTHON="Python 3.11, 3.12 or 3.13 with venv (on Debian: apt-get install python3-venv)"

has_train_python() { has_train_env || { fits_pytorch && python3 -c 'import venv, ensurepip' 2>/dev/null; }; }

fits_pytorch() { python3 -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null; }

# Its python is a link to the system's, which may have become another version, without these packages.
has_train_env() {
  cmp -s train/requirements.txt "$TRAIN_ENV/requirements.txt" &&
    "$TRAIN_ENV/bin/python" -c 'import importlib.util, sys; sys.exit(not importlib.util.find_spec("torch"))' 2>/dev/null
}

# Fails, after saying why, where the tests of the recipe are to be left out.
wants_train_tests() {
  if [[ ${TRAIN_TESTS:-yes} == no ]]; then
    say "Skipped: the tests of the training recipe (TRAIN_TESTS=no)"
    return 1
  fi
  if ! has_train_python && fits_pytorch && has apt-get; then apt_install python3-venv; fi
  if ! has_train_python; then
    say "Skipped: the tests of the training recipe need $TRAIN_PYTHON"
    return 1
  fi
}

# An environment of its own for train/.
set_up_train() {
  if has_train_env; then return; fi
  say "Setting up Python for the training recipe in $TRAIN_ENV (PyTorch: downloads 2.5 GB, takes 5.5 GB; TRAIN_TESTS=no leaves it out)"
  rm -rf "$TRAIN_ENV"
  python3 -m venv "$TRAIN_ENV"
  run_logged train-env "$TRAIN_ENV/bin/pip" install --disable-pip-version-check -r train/requirements.txt ||
    die "pip could not install what train/requirements.txt lists." "The whole output is in build/log/train-env.log."
  cp train/requirements.txt "$TRAIN_ENV/requirements.txt"
}
