// The other side of a connection, played by the test itself: a socket that does exactly what the test says,
// every wait with a deadline.

import Foundation
import Glibc

final class Peer: @unchecked Sendable {
    let descriptor: Int32
    /// What its bytes go through: the socket, unless TLS is spoken over it.
    private(set) var carrier: any Carrier
    private var tls: TLSCarrier?
    /// Where what it sends and gets are records.
    private(set) var records: RecordCarrier?

    /// Takes the descriptor over.
    init(_ descriptor: Int32) {
        _ = ignoreSIGPIPE
        self.descriptor = descriptor
        carrier = BareCarrier(descriptor: descriptor)
        _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
    }

    /// Connects; `source` is an IPv4 address of loopback to do so from. A receive buffer has to be small before.
    convenience init(
        connectingTo place: Place, as form: SocketForm = .stream, from source: String? = nil,
        receiveBuffer: Int32? = nil
    ) throws {
        let descriptor = socket(place.family, form.type, form.networkProtocol)
        guard descriptor >= 0 else { throw Unexpected.call("socket") }
        if var size = receiveBuffer {
            setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &size, socklen_t(MemoryLayout<Int32>.size))
        }
        if let source {
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            inet_pton(AF_INET, source, &address.sin_addr)
            let size = socklen_t(MemoryLayout<sockaddr_in>.size)
            withUnsafePointer(to: &address) {
                _ = $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(descriptor, $0, size) }
            }
        }
        let status = place.withAddress { connect(descriptor, $0, $1) }
        guard status == 0 else {
            let failure = Unexpected.call("connect \(place)")
            Glibc.close(descriptor)
            throw failure
        }
        self.init(descriptor)
    }

    deinit { closeForAll(descriptor) }

    /// Speaks TLS from now on, once the handshake is done. False if the other side does not answer for so long.
    func secure(as role: Role, within seconds: TimeInterval) throws -> Bool {
        // Else close_notify waits until what is before it is acknowledged, and is lost if that is a reset.
        var noDelay: Int32 = 1
        setsockopt(
            descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &noDelay, socklen_t(MemoryLayout<Int32>.size))
        let tls = try TLSCarrier(descriptor, role)
        guard try tls.handshake(Deadline(in: seconds)) else { return false }
        (self.tls, carrier) = (tls, tls)
        return true
    }

    /// Has each line go, and come, as a record.
    func speakRecords(omittingLineFeeds: Bool) {
        let carrier = RecordCarrier(descriptor, omitsLineFeed: omittingLineFeeds)
        (records, self.carrier) = (carrier, carrier)
    }

    func send(_ data: Data, within seconds: TimeInterval = patience) throws {
        try writeAll(data, to: carrier, within: seconds)
    }
    func send(_ text: String) throws { try send(Data(text.utf8)) }

    /// Sends until nothing more is taken; returns what was taken.
    func flood() throws -> Data { try fill(carrier) }

    /// Exactly this much; less only if the stream ends before.
    func receive(_ count: Int) throws -> Data { try readExactly(count, from: carrier) }

    func receiveToEnd() throws -> Data { try receive(.max) }

    /// Text of this length.
    func receiveText(_ count: Int) throws -> String {
        String(decoding: try receive(count), as: UTF8.self)
    }

    /// Whether end of file is what there is to receive right now.
    var isAtEnd: Bool {
        var byte: UInt8 = 0
        return recv(descriptor, &byte, 1, Int32(MSG_PEEK | MSG_DONTWAIT)) == 0
    }

    /// The address of the other side, of IPv4.
    var remote: String {
        var address = sockaddr_in()
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        withUnsafeMutablePointer(to: &address) {
            _ = $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                getpeername(descriptor, $0, &length)
            }
        }
        return "\(String(cString: inet_ntoa(address.sin_addr))):\(UInt16(bigEndian: address.sin_port))"
    }

    /// Waits for the end of the connection, orderly or not; the errno, 0 for end of file.
    func waitForEnd() throws -> Int32 {
        var bytes = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            guard try carrier.waitReady(POLLIN, Deadline()) else {
                throw Unexpected("the peer waited \(patience) s for the end of the connection")
            }
            switch bytes.withUnsafeMutableBytes({ carrier.read($0) }) {
            case .moved(0): return 0
            case .failed(let number): return number
            case .moved, .notNow: break
            }
        }
    }

    /// Half-closes: the other side sees end of file.
    func shutdown() {
        tls?.sayGoodbye()
        Glibc.shutdown(descriptor, Int32(SHUT_WR))
    }

    /// Waits until the other side's kernel has taken every byte.
    func waitUntilAcknowledged(within seconds: TimeInterval = patience) throws {
        let siocoutq = UInt(0x5411)
        try poll(for: "everything acknowledged", within: seconds) {
            var queued: Int32 = 0
            return ioctl(descriptor, siocoutq, &queued) == 0 && queued == 0
        }
    }

    /// Makes `close` send a reset, on TCP.
    func reset() {
        var option = linger(l_onoff: 1, l_linger: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
        release()
    }

    /// Closes the connection.
    func close() {
        tls?.sayGoodbye()
        release()
    }

    /// Closes the socket, while the number stays taken until this object is gone.
    private func release() {
        guard let null = try? openFile("/dev/null", O_RDONLY) else { return }
        replaceForAll(descriptor, with: null)
        Glibc.close(null)
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
    }
}

// MARK: gigabytes

extension Peer {
    /// Receives and forgets this much; returns how much it was.
    func skip(_ count: Int) throws -> Int {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 16)
        defer { buffer.deallocate() }
        var total = 0
        while total < count {
            guard try carrier.waitReady(POLLIN, Deadline()) else {
                throw Unexpected("\(total) of \(count) bytes came, then nothing for \(patience) s")
            }
            switch carrier.read(.init(rebasing: buffer.prefix(count - total))) {
            case .moved(0): return total
            case .moved(let taken): total += taken
            case .notNow: break
            case .failed(let number): throw Unexpected.call("recv", number)
            }
        }
        return total
    }

    func sendZeros(_ count: Int) throws {
        let block = Data(count: 1 << 20)
        var left = count
        while left > 0 {
            try send(block.prefix(left))
            left -= min(left, block.count)
        }
    }
}
