# Sourced by build.sh: what the comparison with peers needs, in build/bench and benches/browser/node_modules.
# Nothing is downloaded but packages; the models are made here, the same weights in each peer's format.

readonly BENCH=benches/browser
readonly BENCH_MODELS=build/bench/models

set_up_bench() {
  [[ -d $BENCH/node_modules ]] || printf '  The peers transformers.js and wllama: npm packages of 490 MB, in %s/node_modules.\n' "$BENCH"
  set_up_npm "$BENCH"
  set_up_bench_python
  say "Compiling the command line, which converts models"
  cargo build --release --bin t5-playground --target-dir target || die "The command line does not compile; the compiler's message is above."
  build_candle
  make_model random random_weights.py
  make_model trained trained_weights.py www/models/built-in.q8_0.gguf
  if [[ ! -f $BENCH_MODELS/random/.dialects ]]; then
    "$BENCH_PYTHON" "$BENCH/models/gguf_dialects.py" "$BENCH_MODELS"/random/{ours,candle,llama}-q8_0.gguf
    touch "$BENCH_MODELS/random/.dialects"
  fi
}

# The training recipe's Python, which has PyTorch, and what the comparison adds to it. Sets BENCH_PYTHON.
set_up_bench_python() {
  local wanted=$BENCH/models/requirements.txt stamp=$TRAIN_ENV/bench-requirements.txt
  BENCH_PYTHON=$TRAIN_ENV/bin/python
  has_train_python || die "The comparison needs $TRAIN_PYTHON."
  set_up_train
  if cmp -s "$wanted" "$stamp"; then return; fi
  say "Adding ONNX and GGUF to the Python in $TRAIN_ENV (downloads 60 MB, takes 250 MB)"
  run_logged bench-env "$BENCH_PYTHON" -m pip install --disable-pip-version-check -c train/requirements.txt -r "$wanted" ||
    die "pip could not install what the comparison needs." "The whole output is in build/log/bench-env.log."
  cp "$wanted" "$stamp"
}

# candle's T5 as WebAssembly. A failure leaves that peer out.
build_candle() {
  local target_dir=$PWD/$WASM_TARGET_DIR/candle
  local compiled=$target_dir/$WASM_TARGET/release/candle_peer.wasm
  set_up_wasm
  say "Compiling the peer candle-transformers to WebAssembly"
  (cd "$BENCH/candle" && "${WASM_ENV[@]}" "${WASM_CARGO[@]}" build --release "${WASM_FLAGS[@]}" --target-dir "$target_dir") &&
    "$WASM_BINDGEN" "$compiled" --target web --out-dir build/bench/candle ||
    printf '  candle does not compile; going on without it.\n'
}

# make_model NAME SCRIPT [ARGUMENT...]: weights in f32, and from them this project's GGUF and transformers.js's ONNX.
make_model() {
  local folder=$BENCH_MODELS/$1 weights
  if [[ ! -f $folder/.done || ${3:-} -nt $folder/.done ]]; then
    say "Making the $1 model"
    rm -rf "$folder"
    mkdir -p "$folder"
    "$BENCH_PYTHON" "$BENCH/models/$2" "${@:3}" "$folder/hf"
    for weights in q8_0 q4_0; do
      target/release/t5-playground convert "$folder/hf" "$folder/ours-$weights.gguf" --type "$weights"
    done
    touch "$folder/.done"
  fi
  if [[ -f $folder/onnx/.done ]]; then return; fi
  say "Making the $1 model for transformers.js"
  run_logged "onnx-$1" "$BENCH_PYTHON" "$BENCH/models/onnx_q8.py" "$folder/hf" "$folder/onnx" &&
    touch "$folder/onnx/.done" ||
    printf '  That could not be made, and will be tried again; see build/log/onnx-%s.log.\n' "$1"
}

# make_shapes LIST: random models of larger shapes (base, large), for this project alone.
make_shapes() {
  local shape weights out
  mkdir -p "$BENCH_MODELS/shapes"
  for shape in ${1//,/ }; do
    for weights in q8_0 q4_0; do
      out=$BENCH_MODELS/shapes/$shape-$weights.gguf
      if [[ -f $out ]]; then continue; fi
      say "Making a random model: flan-t5-$shape, $weights"
      cargo run --release --example random-model -- "flan-t5-$shape" "$weights" "$out.part"
      mv "$out.part" "$out"
    done
  done
}
