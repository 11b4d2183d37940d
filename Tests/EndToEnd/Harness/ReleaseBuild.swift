// The release build, of which some tests hold what the linker made: those need `swift build -c release` first.

import Foundation
import Glibc
import Testing

enum ReleaseBuild {
    static let package = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path
    static let binary = "\(package)/.build/release/sockctl"

    /// The path of the binary; the test ends here if it is not built, and fails in CI.
    static func require() throws -> String {
        if access(binary, X_OK) == 0 { return binary }
        let reason = "there is no release build: swift build -c release"
        if ProcessInfo.processInfo.environment["CI"] == "true" { throw Unexpected(reason) }
        try Test.cancel("\(reason)")
    }
}
