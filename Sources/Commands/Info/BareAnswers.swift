// One thing about a socket, bare, for scripts: its number, an address, the values of options.

import CommandSpec
import Sockets

/// `info fileno`.
struct DescriptorAnswer: Document {
    let descriptor: Int32

    init(_ descriptor: Int32) { self.descriptor = descriptor }

    func text(_ style: TextStyle) -> String { "\(descriptor)\n" }
}

/// `info getsockname` and `info getpeername`.
struct SocketNameAnswer: Document {
    let address: JSONAddress
    private let words: String

    init(_ address: SocketAddress) {
        self.address = JSONAddress(address)
        words = address.description
    }

    init(_ address: ForeignAddress) {
        self.address = JSONAddress(address)
        words = address.description
    }

    /// Asks the socket. What it answers for a family that is not known is no address.
    init(of socket: BorrowedDescriptor, _ end: SocketEnd) throws(Failure) {
        let operation = end == .local ? "getsockname" : "getpeername"
        let address = try attempt(operation) { () throws(Errno) in
            end == .local ? try socket.localAddress() : try socket.peerAddress()
        }
        if let address {
            self.init(address)
        } else if let foreign = (try? socket.foreignAddress(end)) ?? nil {
            self.init(foreign)
        } else {
            let family = (try? SocketKind(of: socket))?.familyName ?? "this family"
            throw Failure(operation, words: "addresses of \(family) are not supported", status: .failure)
        }
    }

    private enum CodingKeys: CodingKey { case address }

    func text(_ style: TextStyle) -> String { style.safe(words) + "\n" }
}

/// `info getsockopt` and `info setsockopt`.
struct OptionValuesAnswer: Presentable {
    let values: [OptionReading]

    func text(_ style: TextStyle) -> String {
        values.map { style.safe("\($0.value)") + "\n" }.joined()
    }

    func json(_ lines: JSONLines) -> [UInt8] {
        var writer = JSONWriter()
        writer.line { $0.options(values) }
        return writer.bytes
    }
}
