#!/usr/bin/env bash
# Builds, serves, checks and tests T5 Playground, and first installs what that takes.
# `./build.sh help` lists the commands. Read from the bottom up: each command is a few steps.
#
# Output folders (all ignored by git): target/ native build, build/wasm-target/ WebAssembly build,
# build/tools/ wasm-bindgen, build/www/ the page as it is served, build/log/ logs, dist/ for hosting.
set -euo pipefail
[[ $(uname -s) == Linux ]] || { echo "build.sh: this needs Linux, or Windows with WSL." >&2; exit 1; }
# Some children, such as node --test, handle Ctrl-C themselves; bash would go on with the next step.
trap 'exit 130' INT
# Paths among the arguments are meant from here.
export CALLED_FROM=$PWD
cd "$(dirname "${BASH_SOURCE[0]}")"

# Name of the library, and so of the module.
readonly MODULE=t5_playground
readonly BROWSER_TESTS=tests/browser
# Rust 1.N, the newest that clippy was run with.
readonly NEWEST_LINTS=96
# The builds of the engine; the page runs the last that its browser can. ENGINE_BUILDS names some of them.
read -ra BUILDS <<<"${ENGINE_BUILDS:-simd128 simd128-threads relaxed-simd relaxed-simd-threads}"
readonly BUILDS

# shellcheck source=scripts/set-up.sh
source scripts/set-up.sh
# shellcheck source=scripts/set-up-bench.sh
source scripts/set-up-bench.sh

# ---- Building -----------------------------------------------------------------------------------

# Compiles every build of the engine into build/wasm/BUILD: the optimised module and its JavaScript
# bindings. Their types go into build/types, where tsc finds them for the worker.
build_wasm() {
  local build
  set_up_native
  set_up_npm www
  set_up_wasm_bindgen
  for build in "${BUILDS[@]}"; do build_engine "$build"; done
}

# build_engine BUILD: one of them.
build_engine() {
  local target_dir=$WASM_TARGET_DIR/$1 plain=$WASM_TARGET_DIR/${1/relaxed-simd/simd128} out=build/wasm/$1 features=()
  local made=$out/${MODULE}_bg.wasm part=build/wasm-bindgen/$1/optimised.wasm
  local compiled=$target_dir/$WASM_TARGET/release/$MODULE.wasm
  if [[ $1 == *-threads ]]; then set_up_wasm threads; else set_up_wasm; fi
  if [[ $1 == relaxed-simd* ]]; then
    # Only the kernels use these instructions: what they depend on is compiled once for both.
    features=(-C target-feature=+relaxed-simd)
    if [[ ! -d $target_dir && -d $plain ]]; then cp -a "$plain" "$target_dir"; fi
  fi
  say "Compiling the engine to WebAssembly: $1"
  "${WASM_ENV[@]}" "${WASM_CARGO[@]}" rustc --release --lib "${WASM_FLAGS[@]}" --target-dir "$target_dir" \
    -- "${features[@]}" || die "The engine does not compile to WebAssembly; the compiler's message is above."
  if [[ $made -nt $compiled && $made -nt build.sh && $made -nt www/node_modules/.installed-lock.json ]]; then return; fi
  say "Writing the bindings (wasm-bindgen) and optimising (wasm-opt): $1"
  "$WASM_BINDGEN" "$compiled" --target web --out-dir "build/wasm-bindgen/$1"
  mkdir -p "$out" "build/types/engine/wasm/$1"
  cp "build/wasm-bindgen/$1/$MODULE.js" "$out"
  cp "build/wasm-bindgen/$1/$MODULE.d.ts" "build/types/engine/wasm/$1"
  # The features are those of rustc's wasm32 target, of .cargo/config.toml, of scripts/threads.toml and
  # relaxed-simd; naming one does not use it. Not -O3: it moves the loads of a kernel apart from their uses,
  # and V8 then runs the Q4_0 product a third slower.
  node www/node_modules/binaryen/bin/wasm-opt -O2 --enable-simd --enable-relaxed-simd --enable-threads \
    --enable-bulk-memory --enable-mutable-globals --enable-multivalue --enable-nontrapping-float-to-int \
    --enable-reference-types --enable-sign-ext "build/wasm-bindgen/$1/${MODULE}_bg.wasm" \
    -o "$part" || die "wasm-opt could not optimise the engine."
  # Where the disk is full, wasm-opt says nothing.
  node scripts/is-whole-wasm.mjs "$part" || die "The optimised engine could not be written." "Is the disk full? df -h ."
  mv "$part" "$made"
}

# assemble DIR: lays the page out, complete, in a new folder.
assemble() {
  local package build
  mkdir -p "$1/vendor"
  cp -r www/page www/engine www/speed "$1"
  if [[ -d www/models ]]; then
    cp -r www/models "$1"
    node scripts/sign-models.mjs "$1/models"
  fi
  find www -maxdepth 1 -type f \( -name '*.html' -o -name '*.css' -o -name '*.svg' -o -name '*.png' \
    -o -name '*.webmanifest' -o -name '*.js' \) -exec cp -t "$1" {} +
  find "$1" -name '*.ts' -delete
  mkdir -p "$1/engine/wasm"
  for build in "${BUILDS[@]}"; do cp -r "build/wasm/$build" "$1/engine/wasm"; done
  # Lit's templates, as the import map of index.html names them: production modules and the licence, not
  # the development builds, those for Node, types and maps.
  for package in lit lit-html; do
    (cd www/node_modules && find "$package" \( -name development -o -name node -o -name node_modules \) \
      -prune -o \( -name '*.js' -o -name LICENSE \) -exec cp --parents -t "$OLDPWD/$1/vendor" {} +)
  done
  mkdir "$1/vendor/engine"
  node scripts/licenses.mjs "$1/vendor/engine/LICENSE" || die "The notices of what the engine is made of could not be written; the message is above."
}

build_page() {
  build_wasm
  say "Assembling the page in build/www"
  rm -rf build/www.new
  assemble build/www.new
  rm -rf build/www
  mv build/www.new build/www
}

# ---- Commands -----------------------------------------------------------------------------------

help_command() {
  cat <<'HELP'
Usage: ./build.sh COMMAND

  serve [--port N]   build, then serve the page on this machine (default port 8000; 0: any free one)
  build              compile the engine to WebAssembly and assemble the page in build/www
  test               set everything up, check, and run every test, browsers included
  check              formatting, clippy (native and wasm32) and types; no tests
  browser-tests, train-tests
                     those parts of the tests alone; the page must be built
  bench [OPTIONS]    compare this project with its peers in Chromium and write benches/RESULTS.md (half an hour;
                     the first time installs 7 GB of packages). --quick: one round; --browser firefox;
                     --shapes base,large: those too; --append, --only, --parts: see benches/browser/compare.mjs
  bench --model FILE measure the engine in Chromium with that model (more options: tests/browser/bench.mjs)
  bench --kernels    measure the kernels natively, with Criterion
  dist [--out DIR] [--base PATH] [--no-threads] [--no-service-worker]
                     write the page to dist/ (or DIR) for any static host, from any sub-path
  dist --model ID_OR_PATH [--type TYPE] [--shard-size MB]
                     with a model of the Hub (owner/name, or owner/name/FILE) or of this computer in it, as Q8_0
                     (or TYPE), and cut into files of MB megabytes where the host takes no larger ones; may be
                     given more than once
  help               this text

Each command installs what it misses (with rustup, cargo, npm; with apt-get only after saying so).
Settings, as environment variables:
  WASM_TOOLCHAIN=rustup|debian   the only toolchain to compile to WebAssembly with
  CHROMIUM=PATH FIREFOX=PATH     browsers for the tests
  ENGINE_BUILDS="simd128 simd128-threads"
                                 which builds of the engine to make, to save time; all four are needed for the tests,
                                 and a page without relaxed-simd opens with ?build=simd128 only
  BROWSERS="chromium firefox webkit"
                                 which of them to test with
  TRAIN_TESTS=no                 leave out the tests of the training recipe, which install PyTorch
HELP
}

serve_command() {
  build_page
  exec node www/serve.mjs --root build/www "$@"
}

build_command() {
  build_page
  say "Done: build/www (./build.sh serve shows it)"
}

check_command() {
  build_wasm
  add_component cargo-fmt rustfmt
  add_component cargo-clippy clippy
  set_up_npm "$BROWSER_TESTS"
  say "Formatting"
  cargo fmt --check || die "Some Rust files are not formatted." "Run: cargo fmt"
  say "Clippy, native"
  # shellcheck disable=SC2046
  cargo clippy --all-targets -- $(clippy_flags cargo clippy) || die "Clippy has objections; see above."
  clippy_wasm simd128
  clippy_wasm relaxed-simd-threads -C target-feature=+relaxed-simd
  say "Types of the page, the worker, the protocol's samples and the tests"
  local config failed=0
  for config in www/tsconfig.page.json www/tsconfig.worker.json tests/protocol/tsconfig.json \
    "$BROWSER_TESTS/tsconfig.json" "$BENCH/tsconfig.json" "$BENCH/pages/tsconfig.json"; do
    printf '  %s\n' "$config"
    www/node_modules/.bin/tsc --project "$config" || failed=1
  done
  ((failed == 0)) || die "Some types do not fit; see above."
  say "Nothing to object to"
}

# clippy_wasm BUILD FLAGS...: of the flags that builds differ by, each has its code looked at once.
clippy_wasm() {
  say "Clippy, wasm32: $1"
  if [[ $1 == *-threads ]]; then set_up_wasm threads; else set_up_wasm; fi
  if [[ ${WASM_CLIPPY[0]} == /* && ! -x ${WASM_CLIPPY[0]} ]]; then apt_install rust-web-clippy; fi
  # shellcheck disable=SC2046
  "${WASM_ENV[@]}" "${WASM_CLIPPY[@]}" --release --lib "${WASM_FLAGS[@]}" --target-dir "$WASM_TARGET_DIR/$1" \
    -- $(clippy_flags "${WASM_ENV[@]}" "${WASM_CLIPPY[@]}") "${@:2}" ||
    die "Clippy has objections to the wasm32 build; see above."
}

# clippy_flags CLIPPY...: its warnings are mistakes; but what a newer Rust than the code was held to has learnt to
# object to is only shown.
clippy_flags() {
  local minor
  minor=$("$@" --version | sed 's/^clippy 0\.1\.\([0-9]*\).*/\1/')
  if ((minor > NEWEST_LINTS)); then echo --cap-lints warn; else echo -D warnings; fi
}

bench_command() {
  local i shapes=""
  if [[ ${1:-} == --kernels ]]; then
    set_up_native
    cargo bench "${@:2}"
    return
  fi
  build_page
  set_up_npm "$BROWSER_TESTS"
  set_up_browsers chromium firefox
  if [[ " $* " == *" --model"* ]]; then
    say "The engine in a browser"
    node "$BROWSER_TESTS/bench.mjs" "$@"
    return
  fi
  set_up_bench
  for ((i = 1; i <= $#; i++)); do
    if [[ ${!i} == --shapes ]]; then shapes=${*:i+1:1}; fi
    if [[ ${!i} == --shapes=* ]]; then shapes=${!i#*=}; fi
  done
  make_shapes "$shapes"
  say "The comparison"
  PYTHON=$BENCH_PYTHON node "$BENCH/compare.mjs" "$@"
}

dist_command() {
  build_page
  if [[ " $* " == *" --model"* ]]; then
    say "Building the command that fetches and converts models"
    cargo build --release --bin t5-playground --target-dir target
  fi
  say "Writing the folder for hosting"
  node scripts/dist-command.mjs --from build/www "$@"
}

# Runs every stage, whatever failed before it, and ends with which failed and "N passed, N failed" over all tests.
test_command() {
  local passed=0 failed=0 failures=() skipped=""
  mkdir -p build/log
  # `./build.sh build` and not `build_page`: inside a condition `set -e` would be off.
  if ./build.sh build; then
    ./build.sh check || { failures+=("./build.sh check"); ((failed += 1)); }
    count_tests browser ./build.sh browser-tests
  else
    failures+=("./build.sh build")
    ((failed += 1))
  fi
  count_tests page node --test --test-reporter=spec tests/page/*.test.mjs
  count_tests rust cargo test --no-fail-fast -- --quiet
  if wants_train_tests; then count_tests train ./build.sh train-tests; else skipped="; the tests of the training recipe were skipped"; fi
  ((${#failures[@]} == 0)) || printf '\nFailed: %s' "${failures[@]}"
  printf '\n%d passed, %d failed%s\n' "$passed" "$failed" "$skipped"
  ((failed == 0))
}

# count_tests NAME COMMAND...: runs tests and adds to `passed` and `failed` what their runner (cargo's or
# node's) says at its end, and its name to `failures`. A runner that fails otherwise, or runs nothing, counts as
# one failure.
count_tests() {
  local log=build/log/test-$1.log status=0 counts
  say "Tests: $1"
  "${@:2}" 2>&1 | tee "$log" || status=1
  read -ra counts < <(awk '
    /^test result:/ { passed += $4; failed += $6 }
    /^ℹ pass / { passed += $3 }
    /^ℹ (fail|cancelled) / { failed += $3 }
    /^Ran [0-9]+ tests? in / { passed += $2 }  # Python counts the failed ones as run
    /^FAILED \(/ { n = 0; while (match($0, /[0-9]+/)) { n += substr($0, RSTART, RLENGTH); $0 = substr($0, RSTART + RLENGTH) }
      passed -= n; failed += n }
    END { print passed + 0, failed + 0 }' "$log")
  if ((counts[0] + counts[1] == 0)); then
    printf '  No test ran.\n'
    status=1
  fi
  ((status == 0 || counts[1] > 0)) || counts[1]=1
  ((counts[1] == 0)) || failures+=("$1 tests (build/log/test-$1.log)")
  ((passed += counts[0], failed += counts[1])) || true
}

# The part of `test` that needs browsers; the page is built.
browser_tests_command() {
  set_up_npm "$BROWSER_TESTS"
  # shellcheck disable=SC2046
  set_up_browsers $(tr , " " <<<"${BROWSERS:-chromium firefox webkit}")
  # One file at a time: two browsers at once on a small machine only slow each other down.
  local file log status=0
  log=$(mktemp)
  for file in "$BROWSER_TESTS"/*.test.mjs; do
    if node --test --test-reporter=spec "$file" >"$log" 2>&1; then
      cat "$log"
      continue
    fi
    # A browser may fail by itself, so its tests have a second try; what they said at the first is shown,
    # set off so that nobody counts it.
    sed 's/^/  | /' "$log"
    say "Once more, as it failed: ${file##*/}"
    node --test --test-reporter=spec "$file" || status=1
  done
  rm -f "$log"
  return "$status"
}

# The recipe of the built-in model, from nothing to a tiny model.
train_tests_command() {
  set_up_train
  cargo build --quiet --target-dir target
  "$TRAIN_ENV/bin/python" -m unittest discover --start-directory tests/train
}

for argument in "${@:2}"; do
  if [[ $argument == --help || $argument == -h ]]; then help_command; exit; fi
done
case ${1:-help} in
  build | check | test) (($# == 1)) || die "./build.sh $1 takes no options, such as ${*:2}." "./build.sh help lists what there is."; "$1_command" ;;
  serve | bench | dist) "$1_command" "${@:2}" ;;
  browser-tests) browser_tests_command ;;
  train-tests) train_tests_command ;;
  help | -h | --help) help_command ;;
  *) help_command >&2; die "There is no command '$1'." ;;
esac
