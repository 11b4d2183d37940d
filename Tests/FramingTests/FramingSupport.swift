// What the tests of the framings share: a stream that is decoded in pieces, and random numbers that are the
// same at every run.

@testable import CommandSpec
@testable import Framing

/// SplitMix64: Steele, Lea, Flood, "Fast splittable pseudorandom number generators", 2014.
struct SplitMix64: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ z >> 30) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ z >> 27) &* 0x94d0_49bb_1331_11eb
        return z ^ z >> 31
    }
}

/// What came of a stream.
struct Decoded: Equatable {
    var messages: [[UInt8]] = []
    /// Of `decode`, or of `finish`.
    var error: FramingError?
    /// What was left before `finish`, unless `decode` failed: then it depends on how the stream was split.
    var remainder: [UInt8] = []
}

extension [UInt8] {
    init(copying span: RawSpan) {
        self = span.withUnsafeBytes { Array($0) }
    }
}

extension Framing {
    /// Decodes the pieces of a stream one after the other, to its end or the first error.
    /// - Parameter isWhole: whether the stream ends with the last piece.
    /// - Parameter watch: is told after each piece how much the decoder holds.
    func decode(
        _ pieces: some Sequence<ArraySlice<UInt8>>, maxMessage: Int, isWhole: Bool = true,
        watch: (_ held: Int) -> Void = { _ in }
    ) -> Decoded {
        var decoder = decoder(maxMessage: maxMessage)
        var result = Decoded()
        var taken = 0
        do throws(FramingError) {
            for piece in pieces {
                taken = piece.count
                let count = try decoder.decode(piece.span.bytes) { bytes, _ in
                    result.messages.append([UInt8](copying: bytes))
                    return .proceed
                }
                precondition(count == piece.count, "nobody said to pause")
                watch(decoder.remainder.count)
            }
            taken = 0
            result.remainder = decoder.remainder
            if isWhole {
                try decoder.finish { bytes, _ in
                    result.messages.append([UInt8](copying: bytes))
                    return .proceed
                }
            }
        } catch {
            result.error = error
            // A decoder that failed has the rest of the piece, too.
            watch(decoder.remainder.count - taken)
        }
        return result
    }

    func encode(_ message: [UInt8], into output: inout [UInt8]) throws(FramingError) {
        let joiner = self.joiner()
        try joiner.encode(message.span.bytes, into: &output)
    }
}

/// The stream as it is, in two pieces at every place, and byte by byte.
func splits(of stream: [UInt8]) -> [[ArraySlice<UInt8>]] {
    [[stream[...]], stream.indices.map { stream[$0...$0] }]
        + (0...stream.count).map { [stream[..<$0], stream[$0...]] }
}
