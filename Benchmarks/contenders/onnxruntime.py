"""onnxruntime, with all optimizations and one thread between operators."""


class OnnxRuntime:
    title = package = "onnxruntime"

    def __init__(self, case):
        import onnxruntime

        onnxruntime.set_default_logger_severity(4)
        self.library, self.case = onnxruntime, case

    def load(self, inputs):
        options = self.library.SessionOptions()
        options.intra_op_num_threads, options.inter_op_num_threads = self.case["threads"], 1
        options.execution_mode = self.library.ExecutionMode.ORT_SEQUENTIAL
        options.graph_optimization_level = self.library.GraphOptimizationLevel.ORT_ENABLE_ALL
        for name, extent in self.case["free"].items():
            options.add_free_dimension_override_by_name(name, extent)
        self.session = self.library.InferenceSession(self.case["model"], options, providers=["CPUExecutionProvider"])
        self.binding = self.session.io_binding()
        for name, value in inputs.items():
            self.binding.bind_cpu_input(name, value)
        for output in self.session.get_outputs():
            self.binding.bind_output(output.name, "cpu")

    def run(self):
        self.session.run_with_iobinding(self.binding)

    def outputs(self):
        return [value.copy() for value in self.binding.copy_outputs_to_cpu()]  # some are the session's own memory
