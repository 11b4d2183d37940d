// One thing about a socket, bare, for scripts: its number, an address, the values of options.

import CommandSpec
import Sockets

/// `info fileno`.
struct DescriptorAnswer: Document {
    let descriptor: Int32

    static let shape = Shape(answer: "descriptor", of: [.infoFileno], "A descriptor: `fileno(3)`.")

    static func list(_ fields: inout some Fields<DescriptorAnswer>) {
        fields.add("descriptor", "Its number.") { $0.descriptor }
    }

    init(_ descriptor: Int32) { self.descriptor = descriptor }

    func text(_ style: TextStyle) -> String { "\(descriptor)\n" }
}

/// `info getsockname` and `info getpeername`.
struct SocketNameAnswer: Document {
    private let address: AddressReport
    private let words: String

    init(_ address: SocketAddress) {
        self.address = AddressReport(address)
        words = address.description
    }

    init(_ address: ForeignAddress) {
        self.address = AddressReport(address)
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

    static let shape = Shape(
        answer: "address", of: [.infoGetsockname, .infoGetpeername],
        "An address of a socket: `getsockname(2)` or `getpeername(2)`.")

    static func list(_ fields: inout some Fields<SocketNameAnswer>) {
        fields.add("address", "The address.") { $0.address }
    }

    func text(_ style: TextStyle) -> String { style.safe(words) + "\n" }
}

/// `info getsockopt` and `info setsockopt`.
struct OptionValuesAnswer: Document {
    let values: [OptionReading]

    static let meaning = """
        The options under their symbols, each in its type: a boolean, an integer, a string, a time in microseconds, \
        bytes in hexadecimal as a string, a structure as an object, a list as an array. `null` is no limit.
        """

    static let shape = Shape(
        answer: "options", of: [.infoGetsockopt, .infoSetsockopt],
        "The options that were asked for, or what the kernel made of those that were set.")

    static func list(_ fields: inout some Fields<OptionValuesAnswer>) {
        fields.add("options", meaning) { OptionValues(readings: $0.values) }
    }

    func text(_ style: TextStyle) -> String {
        // One value is bare; several have their names, as `setsockopt` takes them.
        values.map { reading in
            let name = values.count == 1 ? "" : reading.option.symbol + "="
            return style.safe(name + "\(reading.value)") + "\n"
        }.joined()
    }
}
