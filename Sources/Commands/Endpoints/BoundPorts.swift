// Binding to each address of an endpoint. Port 0 is one free port for all of them.

import Sockets

enum BoundPorts {
    /// Opens a socket at each address. Where the free port that the first got is taken in another family,
    /// a different one is tried; a family that this host lacks is left out if there is another.
    static func open<Opened>(
        _ addresses: [SocketAddress], port: (Opened) -> UInt16?, close: (Opened) -> Void,
        _ open: (SocketAddress) throws(Failure) -> Opened
    ) throws(Failure) -> [Opened] {
        for round in 1...16 {
            var opened: [Opened] = []
            var unavailable: Failure?
            do throws(Failure) {
                for address in addresses {
                    let number = address.port == 0 ? opened.first.flatMap(port) ?? 0 : address.port ?? 0
                    do throws(Failure) {
                        opened.append(try open(address.with(port: number)))
                    } catch {
                        guard isMissingFamily(error), addresses.count > 1 else { throw error }
                        unavailable = error
                    }
                }
            } catch {
                opened.forEach(close)
                guard round < 16, case .errno(.addressInUse) = error.cause, addresses.first?.port == 0,
                    !opened.isEmpty
                else { throw error }
                continue
            }
            if opened.isEmpty, let unavailable { throw unavailable }
            return opened
        }
        return []
    }

    /// A host without IPv6, or without IPv4, or a sandbox in which there are no sockets of it.
    private static func isMissingFamily(_ failure: Failure) -> Bool {
        switch failure.cause {
        case .errno where failure.operation == "socket": true
        case .errno(.addressNotAvailable), .errno(.familyNotSupported): true
        default: false
        }
    }
}
