// An address into the names of its host and service: getnameinfo(3). It blocks for as long as the name service
// takes.

import Glibc

/// The names of an address.
package struct NameInfo: Hashable, Sendable {
    package let host: String
    package let service: String

    /// How names are looked for: `NI_NUMERICHOST` and so on.
    package struct Flags: OptionSet, Hashable, Sendable {
        package let rawValue: Int32
        package init(rawValue: Int32) { self.rawValue = rawValue }
        package static let numericHost = Flags(rawValue: NI_NUMERICHOST)
        package static let numericService = Flags(rawValue: NI_NUMERICSERV)
        /// Only the first part of a name in this machine's domain.
        package static let noDomain = Flags(rawValue: NI_NOFQDN)
        /// An address without a name is an error, `EAI_NONAME`.
        package static let nameRequired = Flags(rawValue: NI_NAMEREQD)
        /// The port is one of UDP.
        package static let datagram = Flags(rawValue: NI_DGRAM)

        /// The flags by the names of the API.
        package static let named: KeyValuePairs<String, Flags> = [
            "NI_NUMERICHOST": .numericHost, "NI_NUMERICSERV": .numericService, "NI_NOFQDN": .noDomain,
            "NI_NAMEREQD": .nameRequired, "NI_DGRAM": .datagram,
        ]
    }

    /// `getnameinfo(3)`.
    package init(of address: SocketAddress, flags: Flags = []) throws(ResolutionError) {
        var host = [CChar](repeating: 0, count: 1025)
        var service = [CChar](repeating: 0, count: 256)
        let code: Int32
        do {
            code = unsafe try address.withSockaddr { (pointer, length) throws(Errno) in
                unsafe getnameinfo(
                    pointer, length, &host, socklen_t(host.count), &service, socklen_t(service.count),
                    flags.rawValue)
            }
        } catch {
            throw .system(error)
        }
        guard code == 0 else { throw ResolutionError(code: code, errno: Errno.current) }
        self.host = String(terminated: host)
        self.service = String(terminated: service)
    }
}
