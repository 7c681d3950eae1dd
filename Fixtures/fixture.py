"""What the generators of this folder share: writing a case in the ONNX layout, and checking it with independent
engines.

Made with python 3.11, torch 2.13.0, onnx 1.23.2, onnxscript 0.7.2, onnxruntime 1.31.1, numpy 2.4.6.
"""

import pathlib
import shutil

import numpy
import onnx
import onnxruntime
from onnx import numpy_helper
from onnx.reference import ReferenceEvaluator

onnxruntime.set_default_logger_severity(4)


def write(folder, model, inputs, outputs):
    """Writes FOLDER/model.onnx and FOLDER/test_data_set_0/{input,output}_N.pb; `inputs` and `outputs` map names to
    arrays."""
    data = pathlib.Path(folder) / "test_data_set_0"
    shutil.rmtree(data, ignore_errors=True)
    data.mkdir(parents=True)
    (data.parent / "model.onnx").write_bytes(model.SerializeToString(deterministic=True))
    for kind, values in (("input", inputs), ("output", outputs)):
        for position, (name, value) in enumerate(values.items()):
            tensor = numpy_helper.from_array(numpy.asarray(value, order="C"), name)
            (data / f"{kind}_{position}.pb").write_bytes(tensor.SerializeToString(deterministic=True))


def differences(model, inputs, outputs, modern=None, rtol=1e-3, atol=1e-5):
    """What onnx.checker, onnxruntime and ONNX's reference evaluator say of the case, as {engine: verdict}.

    `modern` is the same network for onnxruntime where the model's opset is too old for it.

    A verdict is "ok", "differs: ..." (which is our mistake) or "refused: ..." (an engine may not know an old opset).
    """

    def compare(results):
        for (name, expected), result in zip(outputs.items(), results):
            if result.shape != expected.shape:
                return f"differs: {name} has shape {result.shape}, expected {expected.shape}"
            if not numpy.allclose(result, expected, rtol, atol * max(1.0, float(numpy.abs(expected).max(initial=0)))):
                return f"differs: {name} by {float(numpy.abs(result - expected).max()):.2e}"
        return "ok"

    def guarded(body):
        try:
            return body()
        except Exception as error:  # engines raise whatever they like
            return "refused: " + str(error).strip().replace("\n", " ")[:100]

    def checker():
        onnx.checker.check_model(model, full_check=True)
        return "ok"

    def runtime(model=model):
        session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
        return compare(session.run(None, inputs))

    verdicts = {
        "checker": guarded(checker),
        "onnxruntime": guarded(runtime),
        "reference": guarded(lambda: compare(ReferenceEvaluator(model).run(None, inputs))),
    }
    if modern is not None:
        verdicts["onnxruntime, at opset 9"] = guarded(lambda: runtime(modern))
    return verdicts


def report(name, model, inputs, outputs, modern=None):
    """Prints one line for the case; true when the first engine that takes the model, or its `modern` equivalent,
    agrees.

    ONNX's reference evaluator, in this version, is wrong on BatchNormalization 9 (it normalizes by the batch) and
    refuses some pooling with ceil_mode; it is asked last.
    """
    verdicts = differences(model, inputs, outputs, modern)
    notes = "; ".join(f"{engine} {verdict}" for engine, verdict in verdicts.items() if verdict != "ok")
    print(f"{name:40s} {len(model.SerializeToString()):7d} bytes  {notes or 'ok'}", flush=True)
    for engine in ("onnxruntime", "onnxruntime, at opset 9", "reference"):
        if not verdicts.get(engine, "refused").startswith("refused"):
            return verdicts[engine] == "ok"
    return False
