"""OpenVINO, with the hint f32, for latency, shapes fixed."""


class OpenVino:
    title, package = "OpenVINO", "openvino"

    def __init__(self, case):
        import openvino

        self.library, self.case = openvino, case
        self.core = openvino.Core()
        self.core.get_property("CPU", "FULL_DEVICE_NAME")  # loads the part for CPUs

    def load(self, inputs):
        model = self.core.read_model(self.case["model"])
        model.reshape({name: list(value.shape) for name, value in inputs.items()})
        settings = {"INFERENCE_PRECISION_HINT": "f32", "PERFORMANCE_HINT": "LATENCY"}
        settings["INFERENCE_NUM_THREADS"] = self.case["threads"]
        self.compiled = self.core.compile_model(model, "CPU", settings)
        self.request = self.compiled.create_infer_request()
        for name, value in inputs.items():
            self.request.set_tensor(name, self.library.Tensor(value, shared_memory=True))

    def run(self):
        self.request.infer(share_outputs=True)

    def outputs(self):
        return [self.request.get_output_tensor(i).data.copy() for i in range(len(self.compiled.outputs))]
