// What a terminal sends for its keys: characters, and the sequences of xterm for those that have none.

enum Key: Equatable {
    case character(Character)
    case up, down, pageUp, pageDown, home, end
    case enter, escape, backspace
    /// One that means nothing here.
    case other
}

enum KeyDecoder {
    /// The keys in what was read at once. An escape that nothing follows is the key of that name.
    static func keys(in bytes: [UInt8]) -> [Key] {
        var keys: [Key] = []
        var rest = bytes[...]
        while let byte = rest.popFirst() {
            switch byte {
            case 0x1b: keys.append(sequence(&rest))
            case 0x0a, 0x0d: keys.append(.enter)
            case 0x08, 0x7f: keys.append(.backspace)
            case 0x20..<0x7f: keys.append(.character(Character(UnicodeScalar(byte))))
            case 0x80...:
                var scalar = [byte]
                while let next = rest.first, next & 0xc0 == 0x80 {
                    scalar.append(next)
                    rest.removeFirst()
                }
                keys +=
                    String(validating: scalar, as: UTF8.self).map { $0.map { .character($0) } } ?? [.other]
            default: keys.append(.other)
            }
        }
        return keys
    }

    /// What follows an escape: `[` or `O`, numbers, and a letter or `~`.
    private static func sequence(_ rest: inout ArraySlice<UInt8>) -> Key {
        guard let introducer = rest.first, introducer == UInt8(ascii: "[") || introducer == UInt8(ascii: "O")
        else {
            return .escape
        }
        rest.removeFirst()
        var parameter: [UInt8] = []
        while let byte = rest.popFirst() {
            guard !(0x40...0x7e).contains(byte) else { return key(byte, parameter) }
            parameter.append(byte)
        }
        return .other
    }

    private static func key(_ final: UInt8, _ parameter: [UInt8]) -> Key {
        switch (Character(UnicodeScalar(final)), String(decoding: parameter, as: UTF8.self)) {
        case ("A", _): .up
        case ("B", _): .down
        case ("H", _), ("~", "1"), ("~", "7"): .home
        case ("F", _), ("~", "4"), ("~", "8"): .end
        case ("~", "5"): .pageUp
        case ("~", "6"): .pageDown
        default: .other
        }
    }
}
