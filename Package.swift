// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [
    // A section for each function, so that the linker can put those of a start side by side.
    .unsafeFlags(["-Xfrontend", "-function-sections"], .when(configuration: .release)),
    .strictMemorySafety(),
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

let testing: [SwiftSetting] = [.treatAllWarnings(as: .error)]

let package = Package(
    name: "sockctl",
    products: [.executable(name: "sockctl", targets: ["sockctl"])],
    targets: [
        .target(name: "CLinux", exclude: ["link"]),
        .target(name: "CStart"),
        .target(name: "Sockets", dependencies: ["CLinux"], swiftSettings: strict),
        .target(name: "TLS", dependencies: ["CLinux", "Sockets"], swiftSettings: strict),
        .target(name: "Framing", swiftSettings: strict),
        .target(name: "CommandSpec", dependencies: ["Framing"], swiftSettings: strict),
        .target(
            name: "Commands", dependencies: ["Sockets", "TLS", "Framing", "CommandSpec"],
            swiftSettings: strict),
        .executableTarget(
            name: "sockctl", dependencies: ["CStart", "Commands"], swiftSettings: strict,
            linkerSettings: [
                // One file that starts fast and runs on a machine without a toolchain.
                .unsafeFlags(
                    [
                        "-static-stdlib",
                        "-Xclang-linker", "--ld-path=\(Context.packageDirectory)/Sources/CLinux/link/ld",
                        "-Xlinker", "--gc-sections", "-Xlinker", "--strip-all",
                        // Not position-independent: relocating took a fifth of the start.
                        "-Xclang-linker", "-no-pie",
                    ], .when(configuration: .release))
            ]),
        .testTarget(
            name: "SocketsTests", dependencies: ["Sockets", "CLinux"], swiftSettings: testing),
        .testTarget(
            name: "FramingTests", dependencies: ["Framing", "CommandSpec"], swiftSettings: testing),
        .testTarget(
            name: "CommandSpecTests", dependencies: ["CommandSpec", "Framing", "HostileCommandLines"],
            swiftSettings: testing),
        .testTarget(
            name: "CommandsTests", dependencies: ["Commands", "CommandSpec", "Framing", "Sockets", "TLS"],
            swiftSettings: testing),
        // No dependency on the executable: a test bundle cannot be linked with it. The tests find it built.
        .testTarget(
            name: "EndToEnd", dependencies: ["CommandSpec", "HostileCommandLines"], swiftSettings: testing),
        .target(
            name: "HostileCommandLines", dependencies: ["CommandSpec"], path: "Tests/HostileCommandLines",
            swiftSettings: testing),
    ],
    swiftLanguageModes: [.v6]
)
