// What a connected socket is beside its address: a stream, records, or TCP over several paths.

import Glibc

enum SocketForm: Sendable {
    case stream
    /// What is sent in one call is received in one call.
    case records
    /// Multipath TCP.
    case multipath

    var type: Int32 { Int32(self == .records ? SOCK_SEQPACKET.rawValue : SOCK_STREAM.rawValue) }
    /// `IPPROTO_MPTCP`, which Glibc's module does not have, or what goes with the family.
    var networkProtocol: Int32 { self == .multipath ? 262 : 0 }

    /// Ends the test, or the case, on a kernel that has no such socket.
    func require() throws {
        guard self == .multipath else { return }
        let trial = socket(AF_INET, type, networkProtocol)
        guard trial >= 0 else {
            return try Need.kernel("Multipath TCP: \(String(cString: strerror(errno)))").require()
        }
        close(trial)
    }
}
