// The release build, of which some tests hold what the linker made: those need `swift build -c release` first.

import Foundation
import Glibc
import Testing

enum ReleaseBuild {
    static let package = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path
    static let binary = "\(package)/.build/release/sockctl"

    /// The path of the binary; the test ends here if it is not built.
    static func require() throws -> String {
        try Need.releaseBuild(binary).require()
        return binary
    }
}
