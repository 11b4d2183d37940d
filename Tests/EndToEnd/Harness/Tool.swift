// The programs a test needs: sockctl itself, found beside the tests or by SOCKCTL_BINARY, and the peers it is
// held against. Without sockctl a test fails; a missing peer is a need that is not met.

import Foundation
import Glibc
import Testing

enum Tool: String, CaseIterable, CustomTestStringConvertible, Sendable {
    case sockctl, nc, ncat, socat, python3, curl
    case bash, zsh, fish, nginx, openssl, setpriv, ss, tmux, tshark, unshare
    case mandoc, objdump, valgrind
    case systemdSocketActivate = "systemd-socket-activate"

    var testDescription: String { rawValue }

    /// Its path; the test ends here if it is not installed.
    func require() throws -> String {
        guard let path = self == .sockctl ? Tool.sockctlPath : Need.path(of: rawValue) else {
            if self == .sockctl { throw Unexpected("sockctl is not built") }
            try Need.program(rawValue).require()
            throw Unexpected("\(rawValue) was installed just now")
        }
        return path
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
