// Services and protocols by name and by number: getservbyname(3), getservbyport(3), getprotobyname(3) and
// getprotobynumber(3), reentrant.

import Glibc

/// Why an entry was not found.
package enum DatabaseError: Error, Hashable, Sendable {
    case noSuchService
    case noServiceOnPort
    case noSuchProtocol
    case system(Errno)

    package var message: String {
        switch self {
        case .noSuchService: "no such service"
        case .noServiceOnPort: "no service has that port"
        case .noSuchProtocol: "no such protocol"
        case .system(let error): error.message
        }
    }
}

/// A service: `struct servent`.
package struct ServiceEntry: Hashable, Sendable {
    /// The official name.
    package let name: String
    package let aliases: [String]
    package let port: UInt16
    /// `tcp`, `udp` and so on.
    package let protocolName: String

    /// The service with this name or alias: `getservbyname_r(3)`.
    /// - Parameter protocolName: nil for any.
    package init(named name: String, protocolName: String? = nil) throws(DatabaseError) {
        guard !name.utf8.contains(0), protocolName?.utf8.contains(0) != true else { throw .noSuchService }
        let (code, entry) = unsafe lookUp(servent(), ServiceEntry.init) { (entry, buffer, size, result) in
            unsafe getservbyname_r(name, protocolName, entry, buffer, size, result)
        }
        guard let entry else { throw DatabaseError(code, .noSuchService) }
        self = entry
    }

    /// The service on this port: `getservbyport_r(3)`.
    /// - Parameter protocolName: nil for any.
    package init(port: UInt16, protocolName: String? = nil) throws(DatabaseError) {
        guard protocolName?.utf8.contains(0) != true else { throw .noServiceOnPort }
        let (code, entry) = unsafe lookUp(servent(), ServiceEntry.init) { (entry, buffer, size, result) in
            unsafe getservbyport_r(Int32(port.bigEndian), protocolName, entry, buffer, size, result)
        }
        guard let entry else { throw DatabaseError(code, .noServiceOnPort) }
        self = entry
    }

    init(_ entry: servent) {
        name = unsafe entry.s_name.map { unsafe String(cString: $0) } ?? ""
        aliases = unsafe strings(entry.s_aliases)
        port = unsafe UInt16(bigEndian: UInt16(truncatingIfNeeded: entry.s_port))
        protocolName = unsafe entry.s_proto.map { unsafe String(cString: $0) } ?? ""
    }
}

/// A protocol: `struct protoent`.
package struct ProtocolEntry: Hashable, Sendable {
    /// The official name.
    package let name: String
    package let aliases: [String]
    package let number: Int32

    /// The protocol with this name or alias: `getprotobyname_r(3)`.
    package init(named name: String) throws(DatabaseError) {
        guard !name.utf8.contains(0) else { throw .noSuchProtocol }
        let (code, entry) = unsafe lookUp(protoent(), ProtocolEntry.init) { (entry, buffer, size, result) in
            unsafe getprotobyname_r(name, entry, buffer, size, result)
        }
        guard let entry else { throw DatabaseError(code, .noSuchProtocol) }
        self = entry
    }

    /// The protocol with this number: `getprotobynumber_r(3)`.
    package init(number: Int32) throws(DatabaseError) {
        let (code, entry) = unsafe lookUp(protoent(), ProtocolEntry.init) { (entry, buffer, size, result) in
            unsafe getprotobynumber_r(number, entry, buffer, size, result)
        }
        guard let entry else { throw DatabaseError(code, .noSuchProtocol) }
        self = entry
    }

    init(_ entry: protoent) {
        name = unsafe entry.p_name.map { unsafe String(cString: $0) } ?? ""
        aliases = unsafe strings(entry.p_aliases)
        number = unsafe entry.p_proto
    }
}

extension DatabaseError {
    /// What a reentrant call answered without a result: 0 or `ENOENT` where there is no such entry.
    fileprivate init(_ code: Int32, _ missing: DatabaseError) {
        self = code == 0 || code == ENOENT ? missing : .system(Errno(rawValue: code))
    }
}
