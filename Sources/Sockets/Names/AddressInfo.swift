// All that getaddrinfo(3) tells, for those who ask it by name: socket types, protocols and the canonical name.
// It blocks for as long as the name service takes.

import CLinux
import Glibc

/// One answer of `getaddrinfo(3)`: `struct addrinfo`.
package struct AddressInfo: Hashable, Sendable {
    package let kind: SocketKind
    package let address: SocketAddress
    /// In the first answer only, and if it was asked for.
    package let canonicalName: String?

    /// What is asked for: `AI_PASSIVE` and so on.
    package struct Flags: OptionSet, Hashable, Sendable {
        package let rawValue: Int32
        package init(rawValue: Int32) { self.rawValue = rawValue }
        package static let canonicalName = Flags(rawValue: AI_CANONNAME)
        package static let numericHost = Flags(rawValue: AI_NUMERICHOST)
        package static let numericService = Flags(rawValue: AI_NUMERICSERV)

        /// The flags by the names of the API.
        package static let named: KeyValuePairs<String, Flags> = [
            "AI_PASSIVE": Flags(rawValue: AI_PASSIVE), "AI_CANONNAME": .canonicalName,
            "AI_NUMERICHOST": .numericHost, "AI_NUMERICSERV": .numericService,
            "AI_V4MAPPED": Flags(rawValue: AI_V4MAPPED), "AI_ALL": Flags(rawValue: AI_ALL),
            "AI_ADDRCONFIG": Flags(rawValue: AI_ADDRCONFIG),
        ]
    }

    /// `getaddrinfo(3)`, its answers in their order.
    /// - Parameters:
    ///   - host: nil for the wildcard (with `AI_PASSIVE`) or the loopback address.
    ///   - service: a name or a port; nil for port 0.
    ///   - family: nil for any.
    ///   - type: nil for any.
    package static func lookUp(
        host: String?, service: String?, family: AddressFamily? = nil, type: SocketType? = nil,
        flags: Flags = []
    ) throws(ResolutionError) -> [AddressInfo] {
        guard host?.utf8.contains(0) != true, service?.utf8.contains(0) != true else { throw .noSuchName }
        if let service, !PortNumber.isValid(service) { throw .noSuchService }
        var hints = unsafe addrinfo()
        unsafe hints.ai_family = family?.kernelValue ?? AF_UNSPEC
        unsafe hints.ai_socktype = type?.kernelValue ?? 0
        unsafe hints.ai_flags = flags.rawValue
        var list: UnsafeMutablePointer<addrinfo>?
        let isNumeric = flags.contains(.numericHost)
        let (code, error) = InternationalName.converting(isNumeric ? nil : host) { flag in
            unsafe hints.ai_flags |= flag
            return (unsafe getaddrinfo(host, service, &hints, &list), Errno.current)
        }
        guard code == 0 else { throw ResolutionError(code: code, errno: error) }
        defer { unsafe freeaddrinfo(list) }
        var answers: [AddressInfo] = []
        var next = unsafe list
        while let entry = unsafe next {
            if let answer = unsafe AddressInfo(entry.pointee) { answers.append(answer) }
            unsafe next = entry.pointee.ai_next
        }
        return answers
    }

    /// Nil for an address of a family that is not one of ours.
    private init?(_ entry: addrinfo) {
        let length = unsafe Int(entry.ai_addrlen)
        let bytes = unsafe UnsafeRawBufferPointer(start: entry.ai_addr, count: length)
        guard let address = unsafe SocketAddress(kernel: bytes, length: length) else { return nil }
        self.address = address
        kind = unsafe SocketKind(
            family: entry.ai_family, type: entry.ai_socktype, protocol: entry.ai_protocol)
        canonicalName = unsafe entry.ai_canonname.map { unsafe String(cString: $0) }
    }
}
