// SSLKEYLOGFILE: the secrets of each session, with which Wireshark decrypts what it has captured. Whoever has them reads
// everything, so that is said, and the file is for its owner alone.

import CommandSpec
import Sockets

enum TLSKeyLog {
    /// Opens the file that the environment names, unless this process has more rights than its user; nil for none.
    static func opened(_ context: Context) throws(Failure) -> (@Sendable (String) -> Void)? {
        guard let path = trustedEnvironment("SSLKEYLOGFILE"), !path.isEmpty else { return nil }
        let file = try attempt("open", path, status: .inputOutput) { () throws(Errno) in
            try OwnedDescriptor.open(
                path: Array(path.utf8), writing: true, appending: true, mode: 0o600, followingLinks: false)
        }
        context.reporter.notice("the secrets of TLS sessions are written to \(path) (SSLKEYLOGFILE)")
        let log = Log(file)
        return { log.write($0) }
    }

    private final class Log: Sendable {
        private let file: OwnedDescriptor

        init(_ file: consuming OwnedDescriptor) { self.file = file }

        func write(_ line: String) {
            let bytes = Array((line + "\n").utf8)
            _ = unsafe try? file.borrowed.write(bytes.span.bytes)
        }
    }
}
