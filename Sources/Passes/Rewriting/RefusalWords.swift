import CNNGraphs

extension Refusal: CustomStringConvertible {
  /// What is in the way, in one line.
  package var description: String {
    switch self {
    case .inUse(let use): use.description
    case .notConstant(let name, true): "\(name.quoted) is an input that a caller can set"
    case .notConstant(let name, false): "\(name.quoted) is computed by the graph"
    case .sparse(let name): "\(name.quoted) is sparse"
    case .form(let form): form.description
    case .numbers(let numbers): numbers.description
    case .border(let border): border.description
    case .fit(let fit): fit.description
    case .cost(let cost): cost.description
    case .operatorSet(let needed, let given, let what):
      "\(what) needs operator set \(needed), the model is written in \(given)"
    case .bothWays(let before, let behind): "before it, \(before); behind it, \(behind)"
    }
  }

  /// What a user can do about it.
  package var remedy: Remedy? {
    switch self {
    case .operatorSet(let needed, _, _): .allowOperatorSet(needed)
    default: nil
    }
  }

  /// The reason without its data, in a word.
  package var kind: String {
    switch self {
    case .inUse: "in-use"
    case .notConstant, .sparse: "not-constant"
    case .form: "form"
    case .numbers: "numbers"
    case .border: "border"
    case .fit: "fit"
    case .cost: "cost"
    case .operatorSet: "operator-set"
    case .bothWays: "both-ways"
    }
  }
}

extension Refusal.Use: CustomStringConvertible {
  package var description: String {
    switch self {
    case .output(let name): "\(name.quoted) is a result of the graph"
    case .storedOutput(let name): "\(name.quoted) is a result of the graph and cannot be a stored constant"
    case .outputName(let name, let other):
      "\(name.quoted) is a result of the graph, and \(other.quoted) has to keep its name, too"
    case .outputOfNoNode(let name, let source): "\(name.quoted) is a result of the graph and \(source.quoted) no node's"
    case .reader(let name, let node): "\(name.quoted) is read \(node.map { "by \($0)" } ?? "elsewhere"), too"
    case .body(let name): "\(name.quoted) is read by name in a body"
    case .constant(let name, let node): "\(name.quoted) is shared \(node.map { "with \($0)" } ?? "by several nodes")"
    case .twice(let name): "\(name.quoted) is read twice"
    case .twoWays(let node): "\(node) is reached on two ways"
    case .layers(let name): "\(name.quoted) needs layers of other names, too"
    }
  }
}

extension Refusal.Form: CustomStringConvertible {
  package var description: String {
    switch self {
    case .training: "the normalization is in training form"
    case .parametersPerPosition: "the normalization has parameters for each position"
    case .bodyInBranch: "the branch has a body that reads values by name"
    case .missing(let name): "\(name.quoted) is no value of the branch or of the graph around it"
    case .window: "auto_pad, ceil_mode or dilations say where the windows lie"
    }
  }
}

extension Refusal.Numbers: CustomStringConvertible {
  package var description: String {
    switch self {
    case .tooLarge(let type): "a folded number is too large for \(type)"
    case .notFinite(let name): "\(name.quoted) holds numbers that are not finite"
    case .variance(let variance, let channel):
      "the normalization of channel \(channel), variance \(variance), is not finite"
    case .negative(let node): "\(node) does not commute with a factor below zero"
    case .elementType(let type): "weights are \(type)"
    case .notComputed(let reason): "it cannot be computed: \(reason)"
    }
  }
}

extension Refusal.Border: CustomStringConvertible {
  package var description: String {
    switch self {
    case .windows: "a padded window over the outputs of another window"
    case .shift: "a shift before a padded window is missing in its padding"
    case .shiftBefore(let node): "its shift is missing in the padding of \(node)"
    case .unevenShift(let node): "its shift does not reach every position of \(node) equally"
    case .belowZero(let name): "\(name.quoted) may be below the zeros around it"
    case .uncountedPadding: "the pooling has padding that does not count"
    }
  }
}

extension Refusal.Fit: CustomStringConvertible {
  package var description: String {
    switch self {
    case .strides: "branches stride differently"
    case .ends: "branches end at different positions"
    case .window(let taps): "a window of \(taps) taps"
    case .channels: "the channels do not fit together"
    case .factors(let factors, let channels): "\(factors) factors for \(channels) channels"
    case .groupedSlice: "a slice of grouped channels"
    case .unknownExtents(let name): "the extents of \(name.quoted) are not known"
    case .leftOut(let node): "\(node) leaves out an input or its result"
    case .mixes(let node): "\(node) mixes channels and positions"
    case .padsChannels(let node): "\(node) pads channels, or what is not known"
    case .notLinear(let node): "\(node) is no linear map by channel"
    case .notMade(let name): "\(name.quoted) is not made by a linear map"
    case .unread(let name): "nothing reads \(name.quoted)"
    case .operand(let name, let node): "\(node) reads \(name.quoted) at another index"
    case .transposed(let node): "\(node) reads its input transposed"
    case .broadcasts(let node): "\(node) broadcasts or doubles a value"
    case .pads(let pads, let kernel): "pads of \(pads) reach as far as a window of \(kernel)"
    case .shape(let name): "the shape depends on \(name.quoted)"
    case .type(let name, let type, let main): "\(name.quoted) is \(type), the result \(main)"
    }
  }
}

extension Refusal.Cost: CustomStringConvertible {
  package var description: String {
    switch self {
    case .multiplicationsPerPosition(let count, let before):
      "one map would take \(count) multiplications for each position, not \(before)"
    case .multiplications(let count, let before): "one map would take \(count) multiplications, not \(before)"
    case .numbers(let count, let before): "one map would store \(count) numbers, not \(before)"
    case .bytes(let bytes, let freed): "the result would take \(bytes) bytes, \(freed) become unused"
    case .tooManyBytes(let bytes): "the result would take \(bytes >> 20) MiB"
    case .work(let count): "working out the one map would take \(count) multiplications"
    case .units(let limit): "it would take more than \(limit) units of work"
    case .maps(let limit): "more than \(limit) maps in one region"
    case .distance: "the linear maps are too far away"
    case .noNodeSaved: "two convolutions would become a convolution and a Split"
    }
  }
}
