import ArgumentParser
import CNNConv

extension WayOfComputing: ExpressibleByArgument {
  /// The help of an option that takes one.
  static var help: ArgumentHelp {
    ArgumentHelp(
      "How the model is computed: 'engine' rewrites it for deployment first, 'unfused' does not, 'reference' goes node by "
        + "node.", valueName: "WAY")
  }
}
