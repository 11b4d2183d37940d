// What every fuzz target is made of: libFuzzer's entry, and taking its bytes apart.

/// libFuzzer calls it with each input; `target` is what the file beside this one defines.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzerTestOneInput(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    var input = Input(rest: Array(UnsafeBufferPointer(start: data, count: count))[...])
    target(&input)
    return 0
}

/// The bytes of an input, taken from its front.
struct Input {
    var rest: ArraySlice<UInt8>

    /// The next byte, 0 after the end.
    mutating func byte() -> UInt8 { rest.popFirst() ?? 0 }

    mutating func bytes(_ count: Int) -> [UInt8] {
        defer { rest = rest.dropFirst(count) }
        return Array(rest.prefix(count))
    }

    mutating func element<Element>(of list: [Element]) -> Element { list[Int(byte()) % list.count] }

    mutating func number<Number: FixedWidthInteger>(_ type: Number.Type) -> Number {
        (0..<Number.bitWidth / 8).reduce(0) { number, _ in number << 8 | Number(truncatingIfNeeded: byte()) }
    }

    /// All that is left, in memory of its own: what reads past its end is caught.
    mutating func remaining() -> [UInt8] { bytes(rest.count) }
}

/// Ends the program, which libFuzzer takes for a crash.
func check(_ condition: Bool, _ message: @autoclosure () -> String) {
    if !condition { fatalError(message()) }
}

/// Makes sure that something is computed.
@inline(never) func use<Value>(_ value: Value) {}

/// A stream in pieces of these lengths, and byte by byte after them.
func pieces(of stream: [UInt8], _ lengths: [Int]) -> [ArraySlice<UInt8>] {
    var pieces: [ArraySlice<UInt8>] = []
    var rest = stream[...]
    for length in lengths {
        pieces.append(rest.prefix(length))
        rest = rest.dropFirst(length)
    }
    return pieces + rest.indices.map { rest[$0...$0] }
}

/// Any JSON: the decoder reads all of it before it asks for something.
struct AnyJSON: Decodable {
    init(from decoder: any Decoder) throws {}
}
