// Datagrams: control messages from bytes that lie, batches, blocks, and the error queue on loopback.

import CLinux
import Glibc
import Testing

@testable import Sockets

@Suite struct AncillaryDataTests {
    private func message(_ level: Int32, _ type: Int32, _ data: [UInt8], length: Int? = nil) -> [UInt8] {
        (length ?? AncillaryData.headerLength + data.count).kernelBytes + level.kernelBytes + type.kernelBytes
            + data + [UInt8](repeating: 0, count: AncillaryData.aligned(data.count) - data.count)
    }

    private var pktinfo: [UInt8] { message(0, IP_PKTINFO, [3, 0, 0, 0, 10, 0, 0, 1, 10, 0, 0, 255]) }
    private var drops: [UInt8] { message(SOL_SOCKET, SO_RXQ_OVFL, [7, 0, 0, 0]) }

    @Test func everyPartIsRead() {
        let bytes =
            pktinfo + drops + message(0, IP_TTL, [64, 0, 0, 0])
            + message(17, 104, Int32(1400).kernelBytes)
            + message(SOL_SOCKET, SO_TIMESTAMPNS, Int(5).kernelBytes + Int(999).kernelBytes)
        let data = AncillaryData(parsing: bytes.span.bytes)
        #expect(data.interface == 3 && data.drops == 7 && data.hopLimit == 64 && data.segmentSize == 1400)
        #expect(data.destination?.description == "10.0.0.255" && data.local?.description == "10.0.0.1")
        #expect(data.timestamp?.precise == "1970-01-01T00:00:05.000000999Z")
    }

    @Test func whatIsCutOffIsLeftOut() {
        let bytes = pktinfo + drops
        for count in 0..<bytes.count {
            let data = AncillaryData(parsing: bytes.span.bytes.extracting(first: count))
            #expect(data.drops == nil || count >= pktinfo.count + AncillaryData.headerLength + 4)
        }
    }

    @Test(arguments: [-1, 0, 1, 15, 1 << 40, .max, .min]) func lengthsThatLie(length: Int) {
        let bytes = message(SOL_SOCKET, SO_RXQ_OVFL, [7, 0, 0, 0], length: length) + drops
        #expect(AncillaryData(parsing: bytes.span.bytes).drops == nil)
    }

    @Test func anICMPError() {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x0a00_0001).bigEndian
        let offender = withUnsafeBytes(of: address) { Array($0) }
        let entry = ECONNREFUSED.kernelBytes + [2, 3, 3, 0] + [UInt8](repeating: 0, count: 8) + offender
        let bytes = message(0, IP_RECVERR, entry)
        let error = AncillaryData(parsing: bytes.span.bytes).error
        #expect(error?.error == .connectionRefused && error?.reason == "port unreachable")
        #expect(error?.reporter?.description == "10.0.0.1")
        for count in 0..<16 {
            let cut = message(0, IP_RECVERR, Array(entry.prefix(count)))
            #expect(AncillaryData(parsing: cut.span.bytes).error == nil)
        }
    }
}

@Suite struct DatagramSocketTests {
    /// A socket that receives on loopback, one that sends, and where to.
    private final class Pair {
        let receiver: Socket
        let sender: Socket
        let address: SocketAddress

        init(_ family: AddressFamily) throws {
            let receiver = try Socket(family, .datagram)
            let sender = try Socket(family, .datagram)
            try receiver.bind(to: family == .inet ? .inet(.loopback, port: 0) : .inet6(.loopback, port: 0))
            address = try receiver.localAddress() ?? .unix(.unnamed)
            self.receiver = receiver
            self.sender = sender
        }
    }

    @Test(arguments: [AddressFamily.inet, .inet6]) func batchKeepsBoundaries(family: AddressFamily) throws {
        let pair = try Pair(family)
        let address = pair.address
        try pair.receiver.set(family == .inet ? .packetInfo : .packetInfo6, to: true)
        let longest = try #require(address.longestDatagram)
        let sizes = [0, 1, 100, longest]
        for size in sizes {
            try pair.sender.send([UInt8](repeating: 7, count: size).span.bytes, to: address)
        }
        #expect(throws: Errno.messageTooLong) {
            try pair.sender.send([UInt8](repeating: 7, count: longest + 1).span.bytes, to: address)
        }
        let batch = DatagramBatch(capacity: 8, size: 1 << 16)
        try pair.receiver.receive(batch)
        #expect((0..<batch.count).map { batch.length(of: $0) } == sizes)
        #expect(
            batch.sender(of: 0) == (try pair.sender.localAddress()).map { address.with(port: $0.port ?? 0) })
        #expect(batch.ancillary(of: 0).destination == address.host)
        #expect(throws: Errno.wouldBlock) { try pair.receiver.receive(batch) }
        #expect(batch.count == 0)
    }

    @Test func aCutDatagramHasItsTrueLength() throws {
        let pair = try Pair(.inet)
        let address = pair.address
        try pair.sender.send([UInt8](repeating: 7, count: 100).span.bytes, to: address)
        let batch = DatagramBatch(capacity: 1, size: 10)
        try pair.receiver.receive(batch)
        #expect(batch.length(of: 0) == 100)
        #expect(batch.withPayload(of: 0) { $0.byteCount } == 10)
    }

    @Test(arguments: [false, true]) func blocks(joined: Bool) throws {
        let pair = try Pair(.inet)
        let address = pair.address
        try pair.receiver.set(.receiveOffload, to: .bool(joined))
        try pair.sender.send([UInt8](repeating: 7, count: 250).span.bytes, to: address, segmentSize: 100)
        let batch = DatagramBatch(capacity: 8, size: 1 << 16)
        try pair.receiver.receive(batch)
        #expect((0..<batch.count).map { batch.length(of: $0) } == (joined ? [250] : [100, 100, 50]))
        #expect(batch.ancillary(of: 0).segmentSize == (joined ? 100 : nil))
    }

    @Test(arguments: [AddressFamily.inet, .inet6]) func aRefusalIsInTheErrorQueue(family: AddressFamily)
        throws
    {
        // The receiver is closed at once.
        let address = try Pair(family).address
        let sender = try Socket(family, .datagram)
        try sender.set(family == .inet ? .receiveErrors : .receiveErrors6, to: true)
        try sender.send([UInt8](1...3).span.bytes, to: address)
        let error = try #require(try sender.takeNetworkError())
        #expect(error.error == .connectionRefused && error.reason == "port unreachable")
        #expect(error.destination == address && error.reporter == address.host && error.payload == [1, 2, 3])
        #expect(try sender.takeNetworkError() == nil)
        #expect(sender.takePendingError() == nil)
    }

    @Test func dropsAreCounted() throws {
        let pair = try Pair(.inet)
        let address = pair.address
        try pair.receiver.set(.receiveBuffer, to: 2048)
        for _ in 0..<100 { try pair.sender.send([UInt8](repeating: 7, count: 100).span.bytes, to: address) }
        let batch = DatagramBatch(capacity: 100, size: 100)
        try pair.receiver.receive(batch)
        #expect(batch.count > 0 && batch.count + pair.receiver.droppedDatagrams() == 100)
    }

    @Test func interfaces() throws {
        let loopback = try #require(try NetworkInterface.all().first { $0.flags.contains(.loopback) })
        #expect(NetworkInterface.index(of: loopback.name) == loopback.index)
        #expect(NetworkInterface.name(of: loopback.index) == loopback.name)
        #expect(loopback.addresses.contains { $0.address == .inet(.loopback) && $0.prefix == 8 })
    }

    @Test(
        arguments: [
            ("192.168.2.10", 23, "192.168.3.255"), ("10.1.2.3", 8, "10.255.255.255"),
            ("10.1.2.3", 30, "10.1.2.3"),
            ("1.2.3.4", 0, "255.255.255.255"), ("10.1.2.3", 31, nil), ("10.1.2.3", 32, nil),
            ("10.1.2.3", -1, nil),
        ] as [(String, Int, String?)])
    func broadcast(address: String, prefix: Int, expected: String?) throws {
        #expect(try #require(IPv4Address(address)).broadcast(prefix: prefix)?.description == expected)
    }
}

extension Socket {
    fileprivate borrowing func receive(_ batch: DatagramBatch) throws(Errno) {
        try batch.receive(from: borrowed)
    }
}
