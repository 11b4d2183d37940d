// A listening socket of the test itself, bound before anyone is told its port, and one that is bound only,
// which is how a port is made that refuses for sure.

import Foundation
import Glibc

final class Listener: Sendable {
    let descriptor: Int32
    let place: Place

    init(
        _ place: Place = .inet(0), as form: SocketForm = .stream, backlog: Int32 = 128, listening: Bool = true
    ) throws {
        let descriptor = socket(place.family, form.type, form.networkProtocol)
        guard descriptor >= 0 else { throw Unexpected.call("socket") }
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        guard place.withAddress({ bind(descriptor, $0, $1) }) == 0 else {
            throw Unexpected.call("bind \(place)")
        }
        self.descriptor = descriptor
        self.place = place.with(port: localPort(of: descriptor))
        if listening { listen(descriptor, backlog) }
    }

    deinit { closeForAll(descriptor) }

    var port: UInt16 { localPort(of: descriptor) }

    func accept() throws -> Peer {
        guard try waitReady(descriptor, POLLIN, Deadline()) else {
            throw Unexpected("nobody connected to \(place) within \(patience) s")
        }
        let accepted = Glibc.accept(descriptor, nil, nil)
        guard accepted >= 0 else { throw Unexpected.call("accept") }
        return Peer(accepted)
    }

    /// Makes the receive buffer of the connections to come small.
    func setReceiveBuffer(_ size: Int32) {
        var size = size
        setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &size, socklen_t(MemoryLayout<Int32>.size))
    }
}
