// swift-tools-version: 6.1
import PackageDescription

let package = Package(
  name: "cnnconv",
  products: [
    .library(name: "CNNConv", targets: ["CNNConv"]),
    .executable(name: "cnnconv", targets: ["CommandLineTool"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
    .package(url: "https://github.com/apple/swift-numerics", from: "1.1.0"),
  ],
  targets: [
    .target(name: "COnnxProto", linkerSettings: [.linkedLibrary("protobuf-c")]),
    .target(name: "CSystemCalls"),
    .systemLibrary(name: "CZip", pkgConfig: "libzip", providers: [.apt(["libzip-dev"])]),
    .target(name: "CKernels", linkerSettings: [.linkedLibrary("m"), .linkedLibrary("pthread")]),
    .target(name: "COpenBLAS", linkerSettings: [.linkedLibrary("dl")]),
    .target(
      name: "CImageCodecs",
      linkerSettings: ["jpeg", "png", "webp", "webpdemux", "m"].map { .linkedLibrary($0) }),

    .target(name: "CNNSystem", dependencies: ["CSystemCalls"], path: "Sources/System"),
    .target(name: "CNNTensors", dependencies: ["CNNSystem"], path: "Sources/Tensors"),
    .target(name: "CNNGraphs", dependencies: ["CNNTensors"], path: "Sources/Graphs"),
    .target(
      name: "CNNOperators",
      dependencies: [
        "CNNGraphs", "CNNTensors", "COpenBLAS", .product(name: "RealModule", package: "swift-numerics"),
      ],
      path: "Sources/Operators"),
    .target(
      name: "CNNFormats", dependencies: ["CNNTensors", "CNNSystem", "COnnxProto", "CZip", "CImageCodecs"],
      path: "Sources/Formats"),
    .target(
      name: "CNNArchitectures", dependencies: ["CNNOperators", "CNNGraphs", "CNNTensors"],
      path: "Sources/Architectures"),
    .target(
      name: "CNNPasses", dependencies: ["CNNOperators", "CNNGraphs", "CNNTensors"], path: "Sources/Passes"),
    .target(
      name: "CNNExecution", dependencies: ["CNNOperators", "CNNGraphs", "CNNTensors", "CNNSystem", "CKernels"],
      path: "Sources/Execution"),
    .target(
      name: "CNNConversion",
      dependencies: ["CNNOperators", "CNNGraphs", "CNNTensors", "CNNFormats", "CNNArchitectures"],
      path: "Sources/Conversion"),
    .target(
      name: "CNNViews",
      dependencies: [
        "CNNOperators", "CNNGraphs", "CNNTensors", .product(name: "RealModule", package: "swift-numerics"),
      ],
      path: "Sources/Views"),
    .target(
      name: "CNNConv",
      dependencies: [
        "CNNConversion", "CNNExecution", "CNNOperators", "CNNPasses", "CNNArchitectures", "CNNFormats", "CNNViews",
        "CNNGraphs", "CNNTensors", "CNNSystem",
      ],
      path: "Sources/CNNConv"),
    .executableTarget(
      name: "CommandLineTool",
      dependencies: ["CNNConv", "CNNSystem", .product(name: "ArgumentParser", package: "swift-argument-parser")],
      path: "Sources/CommandLineTool"),

    .target(name: "CTestEnvironment", path: "Tests/Environment"),
    .target(
      name: "TestSupport",
      dependencies: ["CNNOperators", "CNNGraphs", "CNNTensors", "CNNSystem", "CTestEnvironment"],
      path: "Tests/Support"),
    .target(
      name: "GraphGeneration", dependencies: ["CNNOperators", "CNNGraphs", "CNNTensors", "TestSupport"],
      path: "Tests/GraphGeneration"),
    .target(
      name: "GraphAgreement",
      dependencies: ["GraphGeneration", "CNNConv", "CNNOperators", "CNNGraphs", "CNNTensors", "TestSupport"],
      path: "Tests/GraphAgreement"),
    .executableTarget(
      name: "agreement", dependencies: ["GraphAgreement", "GraphGeneration", "CNNConv", "TestSupport"],
      path: "Tests/AgreementTool"),
    .testTarget(
      name: "AgreementTests",
      dependencies: ["GraphAgreement", "GraphGeneration", "CNNOperators", "CNNGraphs", "CNNTensors", "TestSupport"]),
    .testTarget(
      name: "ArchitecturesTests",
      dependencies: ["CNNArchitectures", "CNNOperators", "CNNGraphs", "CNNTensors", "TestSupport"]),
    .testTarget(
      name: "OperatorsTests",
      dependencies: ["CNNConv", "CNNOperators", "CNNGraphs", "CNNTensors", "TestSupport"]),
    .testTarget(
      name: "ConformanceTests",
      dependencies: ["CNNConv", "CNNExecution", "CNNGraphs", "CNNTensors", "TestSupport"]),
    .testTarget(
      name: "ConversionTests",
      dependencies: ["CNNConv", "CNNFormats", "CNNGraphs", "CNNTensors", "TestSupport"]),
    .testTarget(
      name: "PassesTests",
      dependencies: ["CNNPasses", "CNNConv", "CNNOperators", "CNNGraphs", "CNNTensors", "TestSupport"]),
    .testTarget(
      name: "ExecutionTests",
      dependencies: [
        "CNNConv", "CNNExecution", "CNNOperators", "CNNGraphs", "CNNTensors", "CKernels", "TestSupport",
      ]),
    .testTarget(
      name: "ViewsTests",
      dependencies: [
        "CNNConv", "CNNViews", "CNNArchitectures", "CNNOperators", "CNNGraphs", "CNNTensors", "TestSupport",
      ]),
    .testTarget(name: "TensorsTests", dependencies: ["CNNTensors", "TestSupport"]),
    .testTarget(name: "GraphsTests", dependencies: ["CNNGraphs", "CNNTensors", "CNNOperators"]),
    .testTarget(
      name: "CNNConvTests",
      dependencies: [
        "CNNConv", "CNNExecution", "CNNFormats", "CNNOperators", "CNNGraphs", "CNNTensors", "TestSupport",
      ]),
    .testTarget(
      name: "CommandLineTests", dependencies: ["CommandLineTool", "CNNConv", "TestSupport", "CTestEnvironment"]),
    .testTarget(name: "FormatsTests", dependencies: ["CNNFormats", "CNNTensors", "CNNSystem", "TestSupport"]),
  ],
  swiftLanguageModes: [.v6]
)

// The fuzz targets look into the modules, and need libFuzzer: Scripts/fuzz.sh alone builds them.
if Context.environment["CNNCONV_FUZZING"] != nil {
  package.products.append(.executable(name: "fuzz", targets: ["fuzz"]))
  package.targets += [
    .target(name: "CFuzzing", path: "Fuzzing/CFuzzing"),
    .target(
      name: "FuzzTargets",
      dependencies: [
        "CFuzzing", "COnnxProto", "CNNConv", "CNNConversion", "CNNExecution", "CNNFormats", "CNNGraphs", "CNNOperators",
        "CNNTensors", "GraphAgreement", "GraphGeneration", "TestSupport",
      ],
      path: "Fuzzing/FuzzTargets"),
    .executableTarget(
      name: "fuzz", dependencies: ["FuzzTargets"], path: "Fuzzing/Program",
      linkerSettings: [
        .unsafeFlags(["-sanitize=address,fuzzer", "-Xlinker", "--wrap=mmap", "-Xlinker", "--wrap=munmap"])
      ]),
  ]
}

// The C code under sanitizers: those checks of undefined behaviour that compile in reasonable time.
if ["CNNCONV_FUZZING", "CNNCONV_UNDEFINED"].contains(where: { Context.environment[$0] != nil }) {
  for target in package.targets where ["CKernels", "COnnxProto", "CImageCodecs"].contains(target.name) {
    target.cSettings = [
      .unsafeFlags([
        "-O1", "-fno-sanitize-recover=undefined",
        "-fsanitize=bounds,shift,integer-divide-by-zero,signed-integer-overflow,float-cast-overflow,null",
      ])
    ]
  }
}
