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
    let address: JSONAddress?
    private let words: String

    /// - Parameter address: nil for a family that is none of ours.
    init(_ address: SocketAddress?) {
        self.address = address.map(JSONAddress.init)
        words = address?.description ?? ""
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
