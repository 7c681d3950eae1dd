import CKernels

extension cnn_activation {
  static var identity: cnn_activation { cnn_activation(kind: CNN_IDENTITY, a: 0, b: 0, c: 0, d: 0) }

  var isIdentity: Bool { kind == CNN_IDENTITY }

  var name: String {
    switch kind {
    case CNN_RELU: "relu"
    case CNN_CLIP: "clip"
    case CNN_LEAKY_RELU: "leaky-relu"
    case CNN_SIGMOID: "sigmoid"
    case CNN_HARD_SIGMOID: "hard-sigmoid"
    case CNN_HARD_SWISH: "hard-swish"
    case CNN_SWISH: "swish"
    case CNN_TANH: "tanh"
    case CNN_ELU: "elu"
    case CNN_GELU: "gelu"
    case CNN_MISH: "mish"
    case CNN_QUANTIZE: "quantize"
    default: "identity"
    }
  }
}
