// swift-tools-version: 6.1
import PackageDescription

let package = Package(
  name: "example",
  dependencies: [.package(name: "cnnconv", path: "../..")],
  targets: [
    .executableTarget(name: "Example", dependencies: [.product(name: "CNNConv", package: "cnnconv")])
  ],
  swiftLanguageModes: [.v6]
)
