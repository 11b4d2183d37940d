// The sockets of another network namespace, asked for from outside: a netlink socket belongs to the namespace in which
// it was made.

import CLinux
import Glibc

/// What a query finds in one namespace.
package struct NamespaceSurvey: Sendable {
    /// With addresses that name no interface: a socket has its own.
    package let sockets: SocketSurvey
    /// What the interfaces of the sockets are called there.
    package let interfaceNames: [UInt32: String]

    /// Nothing is read from `/proc/net`, which is that of this process's namespace.
    package init(_ query: SocketQuery, of namespace: HeldNamespace) throws(Errno) {
        var enteredUser = false
        let descriptor = try namespace.socket(
            family: AF_NETLINK, type: Int32(SOCK_RAW.rawValue), protocol: NETLINK_SOCK_DIAG,
            enteredUser: &enteredUser)
        let number = descriptor.borrowed.number
        let users = enteredUser ? UserMap(of: namespace.pid) : nil
        var names: [UInt32: String] = [:]
        sockets = SocketSurvey(query, through: descriptor) { (record) in
            if let users { record.uid = record.uid.flatMap { users.outside($0) } }
            // The number of an interface there is another one here, or none.
            record.local = record.local?.withoutScope
            record.peer = record.peer?.withoutScope
            guard record.interface != 0, names[record.interface] == nil else { return }
            names[record.interface] = Self.name(of: record.interface, through: number)
        }
        interfaceNames = names
    }

    /// The name of an interface, in the namespace of a socket; the number where it is gone.
    private static func name(of interface: UInt32, through socket: Int32) -> String {
        var name = [CChar](repeating: 0, count: Int(IF_NAMESIZE))
        guard unsafe clinux_interface_name(socket, interface, &name) == 0 else { return "\(interface)" }
        return String(terminated: name)
    }
}

extension SocketAddress {
    fileprivate var withoutScope: SocketAddress {
        if case .inet6(let address, let port) = self, address.scope != 0 {
            .inet6(IPv6Address(address.number), port: port)
        } else {
            self
        }
    }
}

/// Which user of this user namespace is which of another: `/proc/PID/uid_map`, user_namespaces(7).
struct UserMap: Sendable {
    private var ranges: [(inside: UInt32, outside: UInt32, count: UInt32)] = []

    /// That of a process; empty where there is none.
    init(of pid: Int32?) {
        let text = pid.flatMap { try? OwnedDescriptor.contents(of: "/proc/\($0)/uid_map") } ?? []
        self.init(parsing: text)
    }

    init(parsing text: [UInt8]) {
        for line in String(decoding: text, as: UTF8.self).split(separator: "\n") {
            let numbers = line.split(separator: " ").map { UInt32($0) }
            guard numbers.count == 3, let inside = numbers[0], let outside = numbers[1],
                let count = numbers[2]
            else { continue }
            ranges.append((inside, outside, count))
        }
    }

    /// The number here of a user there; nil for one that is not known here.
    func outside(_ user: UInt32) -> UInt32? {
        for range in ranges where user >= range.inside && user - range.inside < range.count {
            let (number, isTooLarge) = range.outside.addingReportingOverflow(user - range.inside)
            return isTooLarge ? nil : number
        }
        return nil
    }
}
