// What holds for every framing: of its decoder on any stream, and of its encoder on any message.

@testable import CommandSpec
@testable import Commands
@testable import Framing

/// - Parameters:
///   - cuts: how long each piece of the stream is; what is left after them comes byte by byte.
///   - slack: how many bytes a decoder may hold beside the longest message.
func checkFraming(_ framing: Framing, _ stream: [UInt8], cuts: [Int], maxMessage: Int, slack: Int) {
    let pieces = pieces(of: stream, cuts)
    func decode(_ pieces: [ArraySlice<UInt8>]) -> Decoded {
        framing.decode(pieces, maxMessage: maxMessage) { held in
            check(held <= maxMessage + slack, "\(framing) holds \(held) bytes")
        }
    }
    let whole = decode([stream[...]])
    if framing != .none {
        let split = decode(pieces)
        check(whole == split, "\(framing) in \(pieces.map(\.count)): \(whole), but \(split)")
        check(whole.messages.allSatisfy { $0.count <= maxMessage }, "\(framing): a message is too long")
    }

    var encoded: [UInt8] = []
    for message in whole.messages {
        do throws(FramingError) {
            try framing.encode(message, into: &encoded)
        } catch {
            fatalError("\(framing): \(message) was decoded and is not encoded: \(error.message)")
        }
    }
    guard framing != .none else { return }
    let again = decode([encoded[...]])
    check(again == Decoded(messages: whole.messages), "\(framing): \(whole.messages) became \(again)")
}

/// A message that can be encoded is decoded as it was; of one that cannot, nothing is left.
func checkEncoder(_ framing: Framing, _ message: [UInt8]) {
    var encoded: [UInt8] = []
    do throws(FramingError) {
        try framing.encode(message, into: &encoded)
        let decoded = framing.decode([encoded[...]], maxMessage: max(message.count, 64))
        check(decoded == Decoded(messages: [message]), "\(framing): \(message) became \(decoded)")
    } catch {
        check(encoded.isEmpty, "\(framing): \(error.message), and there is \(encoded)")
    }
}
