// Decoders of `--frame`: the same messages however a stream is split, little held, and messages that their
// encoder takes. The first bytes choose the framing, the longest message, and where the stream is cut.

@testable import CommandSpec
@testable import Commands
@testable import Framing

private let framings = [
    "line", "crlf", "nul", "delim:aab", "delim:abab", "delim:aaa", "fixed:1", "fixed:3", "fixed:40", "u8",
    "u16be", "u16le", "u32be", "u32le", "u64be", "u64le", "varint", "none",
].compactMap { Framing(parsing: Array($0.utf8)) }

func target(_ input: inout Input) {
    let framing = input.element(of: framings)
    let maxMessage = Int(input.byte() % 32)
    let cuts = (0..<3).map { _ in Int(input.byte()) }
    let stream = input.remaining()
    checkFraming(framing, stream, cuts: cuts, maxMessage: maxMessage, slack: 10)
    // Without boundaries an empty message is none.
    if framing != .none { checkEncoder(framing, stream) }
}
