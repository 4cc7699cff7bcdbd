"""A Hugging Face folder as transformers.js has its models: ONNX in its `q8`.

    onnx_q8.py HF_FOLDER OUT

Exported by optimum, simplified by onnxslim, and quantized with the settings that transformers.js converts T5 with:
8-bit weights per channel in 7 bits (`reduce_range`), activations per tensor while it runs.
"""

import shutil
import sys
import tempfile
from pathlib import Path

import onnx
import onnxslim
from onnxruntime.quantization import QuantType, quantize_dynamic
from optimum.exporters.onnx import main_export


def main(folder: Path, out: Path) -> None:
    (out / "onnx").mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as work:
        main_export(str(folder), work, task="text2text-generation-with-past", library_name="transformers", do_validation=False)
        for part in ("encoder_model", "decoder_model_merged"):
            exported = Path(work) / f"{part}.onnx"
            slim = Path(work) / f"{part}.slim.onnx"
            onnx.save(onnxslim.slim(str(exported)), slim)
            quantized = out / "onnx" / f"{part}_quantized.onnx"
            try:
                quantize(slim, quantized)
            except RuntimeError as error:
                print(f"{part}: quantized as exported, since what onnxslim makes of it is refused: {error}")
                quantize(exported, quantized)
    for name in ("config.json", "generation_config.json"):
        shutil.copy(folder / name, out / name)


def quantize(model: Path, out: Path) -> None:
    options = {"EnableSubgraph": True, "MatMulConstBOnly": True}
    quantize_dynamic(model, out, per_channel=True, reduce_range=True, weight_type=QuantType.QInt8, extra_options=options)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
