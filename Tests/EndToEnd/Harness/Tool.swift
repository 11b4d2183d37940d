// The programs a test needs: sockctl itself, found beside the tests or by SOCKCTL_BINARY, and the peers it is
// held against. Without sockctl a test fails; a missing peer fails the test in CI (CI=true) and cancels it, with the reason, elsewhere.

import Foundation
import Glibc
import Testing

enum Tool: String, CaseIterable, CustomTestStringConvertible, Sendable {
    case sockctl, nc, ncat, socat, python3, curl
    case bash, nginx, setpriv, ss, tmux, unshare
    case mandoc, objdump, valgrind

    var testDescription: String { rawValue }

    /// Its path; the test ends here if it is not installed.
    func require() throws -> String {
        if let path { return path }
        let reason = "\(rawValue) is not \(self == .sockctl ? "built" : "installed")"
        if self == .sockctl || ProcessInfo.processInfo.environment["CI"] == "true" {
            throw Unexpected(reason)
        }
        try Test.cancel("\(reason)")
    }

    private var path: String? {
        if self == .sockctl { return Tool.sockctlPath }
        // What the system installed comes first: a version manager's python3 is a slow script.
        let folders =
            ["/usr/bin", "/bin", "/usr/local/bin", "/usr/sbin"]
            + (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").map(String.init)
        return folders.map { "\($0)/\(rawValue)" }.first { access($0, X_OK) == 0 }
    }

    private static let sockctlPath: String? = {
        if let path = ProcessInfo.processInfo.environment["SOCKCTL_BINARY"] { return path }
        #if DEBUG
            let configuration = "debug"
        #else
            let configuration = "release"
        #endif
        // The test product lies in the build folder that holds the binary, too.
        var candidates: [String] = CommandLine.arguments.prefix(1).flatMap { argument -> [String] in
            let folder = URL(fileURLWithPath: argument).deletingLastPathComponent()
            return [folder.path, folder.deletingLastPathComponent().path]
        }
        let package = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        candidates.append(package.appendingPathComponent(".build/\(configuration)").path)
        return candidates.map { "\($0)/sockctl" }.first { access($0, X_OK) == 0 }
    }()
}
