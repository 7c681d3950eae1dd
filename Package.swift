// swift-tools-version: 6.1
import PackageDescription

let package = Package(
  name: "cnnconv",
  products: [
    .library(name: "CNNConv", targets: ["CNNFormats"])
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
    .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
    .package(url: "https://github.com/apple/swift-numerics", from: "1.1.0"),
  ],
  targets: [
    .target(name: "COnnxProto", linkerSettings: [.linkedLibrary("protobuf-c")]),
    .target(name: "CFileCopy"),
    .systemLibrary(name: "CZip", pkgConfig: "libzip", providers: [.apt(["libzip-dev"])]),
    .target(name: "COpenBLAS", linkerSettings: [.linkedLibrary("dl")]),

    .target(name: "CNNTensors", path: "Sources/Tensors"),
    .target(
      name: "CNNFormats", dependencies: ["CNNTensors", "CFileCopy", "COnnxProto", "CZip"], path: "Sources/Formats"),
    .testTarget(name: "FormatsTests", dependencies: ["CNNFormats", "CNNTensors", "COnnxProto"]),
  ],
  swiftLanguageModes: [.v6]
)
