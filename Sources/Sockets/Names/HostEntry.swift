// Hosts by name and by address, in the older calls: gethostbyname(3) and gethostbyaddr(3), reentrant, with the
// canonical name and the aliases that the name service has. They block for as long as it takes.

import CLinux
import Glibc

/// Why a host was not found: `h_errno`.
package enum HostError: Error, Hashable, Sendable {
    /// `HOST_NOT_FOUND`: the name service knows no such name.
    case hostNotFound
    /// `TRY_AGAIN`: it did not answer.
    case tryAgain
    /// `NO_RECOVERY`: it answered that it failed.
    case noRecovery
    /// `NO_DATA`: the name exists, without an address of that family.
    case noData
    /// `NETDB_INTERNAL`.
    case system(Errno)

    init(code: Int32, errno error: Errno) {
        self =
            switch code {
            case TRY_AGAIN: .tryAgain
            case NO_RECOVERY: .noRecovery
            case NO_DATA: .noData
            case NETDB_INTERNAL: .system(error)
            default: .hostNotFound
            }
    }

    /// The value of `h_errno`.
    package var code: Int32 {
        switch self {
        case .hostNotFound: HOST_NOT_FOUND
        case .tryAgain: TRY_AGAIN
        case .noRecovery: NO_RECOVERY
        case .noData: NO_DATA
        case .system: NETDB_INTERNAL
        }
    }

    /// The symbol, `HOST_NOT_FOUND`.
    package var name: String {
        switch self {
        case .hostNotFound: "HOST_NOT_FOUND"
        case .tryAgain: "TRY_AGAIN"
        case .noRecovery: "NO_RECOVERY"
        case .noData: "NO_DATA"
        case .system(let error): error.name
        }
    }

    package var message: String { equivalent.message }

    /// What `getaddrinfo` calls the same failure.
    package var equivalent: ResolutionError {
        switch self {
        case .hostNotFound: .noSuchName
        case .tryAgain: .temporaryFailure
        case .noRecovery: .other(EAI_FAIL)
        case .noData: .noAddressOfFamily
        case .system(let error): .system(error)
        }
    }
}

/// A host: `struct hostent`.
package struct HostEntry: Hashable, Sendable {
    /// The canonical name.
    package let name: String
    package let aliases: [String]
    package let addresses: [AnyIPAddress]

    /// What a call for a host has come to.
    struct Reply {
        let host: HostEntry?
        /// Why there is none.
        let error: HostError
        /// Whether the last source that was asked works, found or not.
        let isAnswered: Bool

        init(_ code: Int32, _ host: HostEntry?, _ error: Int32) {
            self.host = host
            self.error = HostError(code: error, errno: Errno(rawValue: code))
            isAnswered = code == 0
        }
    }

    /// The host with this name: `gethostbyname2_r(3)`. `gethostbyname` is the same for IPv4.
    package init(named name: String, family: AddressFamily = .inet) throws(HostError) {
        let reply = Self.reply(named: name, family: family)
        guard let host = reply.host else { throw reply.error }
        self = host
    }

    static func reply(named name: String, family: AddressFamily) -> Reply {
        guard !name.utf8.contains(0) else { return Reply(0, nil, HOST_NOT_FOUND) }
        var error: Int32 = 0
        let (code, host) = unsafe lookUp(hostent(), HostEntry.init) { (entry, buffer, size, result) in
            unsafe gethostbyname2_r(name, family.kernelValue, entry, buffer, size, result, &error)
        }
        return Reply(code, host, error)
    }

    /// The host with this address: `gethostbyaddr_r(3)`.
    package init(address: AnyIPAddress) throws(HostError) {
        let reply = Self.reply(address: address)
        guard let host = reply.host else { throw reply.error }
        self = host
    }

    static func reply(address: AnyIPAddress) -> Reply {
        let (bytes, family) = (address.bytes, address.family.kernelValue)
        var error: Int32 = 0
        let (code, host) = unsafe lookUp(hostent(), HostEntry.init) { (entry, buffer, size, result) in
            unsafe gethostbyaddr_r(
                bytes, socklen_t(bytes.count), family, entry, buffer, size, result, &error)
        }
        return Reply(code, host, error)
    }

    init(_ entry: hostent) {
        name = unsafe entry.h_name.map { unsafe String(cString: $0) } ?? ""
        aliases = unsafe strings(entry.h_aliases)
        var addresses: [AnyIPAddress] = []
        if var next = unsafe entry.h_addr_list {
            while let address = unsafe next.pointee {
                let bytes = unsafe UnsafeRawBufferPointer(start: address, count: Int(entry.h_length))
                if let address = unsafe AnyIPAddress(bytes: Array(bytes)) { addresses.append(address) }
                unsafe next += 1
            }
        }
        self.addresses = addresses
    }
}

/// This machine's own name.
package enum HostName {
    /// `gethostname(2)`.
    package static func current() throws(Errno) -> String {
        var name = [CChar](repeating: 0, count: Int(HOST_NAME_MAX) + 1)
        try call { unsafe gethostname(&name, name.count) }
        return String(terminated: name)
    }
}
