// Where the datagrams come from that are sent, and the simplest such place: a list.

import Sockets

/// Datagrams of equal length, one after the other, that may go in one call.
struct DatagramBlock {
    let bytes: [UInt8]
    /// Of each, in bytes.
    let size: Int
    var count = 1

    init(_ bytes: [UInt8], count: Int = 1) {
        self.bytes = bytes
        self.count = count
        size = bytes.count / count
    }
}

protocol DatagramSource: AnyObject {
    /// What is next. It stays so until `advance`.
    /// - Parameter limit: how many datagrams may go in one call.
    func peek(atMost limit: Int) -> DatagramStep
    /// So many of what was next are done with.
    func advance(by count: Int)
    /// Called when there may be something again after `later`.
    var onReady: (() -> Void)? { get set }
    /// How many there are before the same ones come again; `Int.max` if none does.
    var cycle: Int { get }
    /// The longest of those that are known, in bytes.
    var longest: Int { get }
    /// Whether a person types them.
    var isTyped: Bool { get }
    /// What it is called in messages.
    var name: String { get }
    func close()
}

enum DatagramStep {
    case block(DatagramBlock)
    /// There is nothing yet.
    case later
    case end
    /// There will be nothing more, for this reason.
    case failed(Failure)
}

extension DatagramSource {
    var longest: Int { 0 }
    var isTyped: Bool { false }
    var name: String { "DATA" }
}

/// Messages that are there as a whole, sent again and again.
final class DatagramList: DatagramSource {
    private let messages: [[UInt8]]
    private let total: Int
    private var position = 0
    /// Whether all have the same length, so that several may go in one call.
    private let isUniform: Bool
    private var block: DatagramBlock?

    var onReady: (() -> Void)?
    var cycle: Int { messages.count }
    let longest: Int

    init(_ messages: [[UInt8]], repetitions: Int = 1) {
        self.messages = messages
        let product = messages.count.multipliedReportingOverflow(by: repetitions)
        total = product.overflow ? .max : product.partialValue
        longest = messages.map(\.count).max() ?? 0
        isUniform = longest > 0 && messages.allSatisfy { $0.count == messages.first?.count }
    }

    func peek(atMost limit: Int) -> DatagramStep {
        guard position < total else { return .end }
        let count = isUniform ? min(limit, Self.longestBlock / longest, total - position) : 1
        guard count > 1 else { return .block(DatagramBlock(messages[position % messages.count])) }
        // The block of one message is the same every time.
        if let block, block.count == count, messages.count == 1 { return .block(block) }
        var bytes: [UInt8] = []
        for offset in 0..<count { bytes += messages[(position + offset) % messages.count] }
        let made = DatagramBlock(bytes, count: count)
        block = made
        return .block(made)
    }

    func advance(by count: Int) { position += count }

    func close() {}

    /// What one call with `UDP_SEGMENT` takes, in bytes.
    private static let longestBlock = 65_507
}
