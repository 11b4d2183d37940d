// The values of `--frame` as text: read as they are typed, and written so that they read back.
//
//     FRAMING    none, line, crlf, nul, delim:STRING, fixed:SIZE, u8, u16be, ..., varint, http
//     value      FRAMING, or FRAMING:FRAMING

package import Framing

extension Framing {
    /// The framings that have a name alone, in the order in which they are listed. One that has two names
    /// (`delim:\n` is `line`) is written with the one here.
    private static let named: [(name: String, framing: Framing)] =
        [
            ("none", .none), ("line", .delimiter([0x0a])), ("crlf", .delimiter([0x0d, 0x0a])),
            ("nul", .delimiter([0])), ("u8", .lengthPrefix(width: 1, bigEndian: true)),
        ]
        + [2, 4, 8].flatMap { width in
            [true, false].map { bigEndian in
                ("u\(width * 8)\(bigEndian ? "be" : "le")", .lengthPrefix(width: width, bigEndian: bigEndian))
            }
        }
        + [("varint", .varint), ("http", .http)]

    package static let names = named.map(\.name)

    /// One framing; nil for what is none. All of the bytes after `delim:` belong to the delimiter.
    package init?(parsing bytes: some Collection<UInt8>) {
        if let known = Self.named.first(where: { $0.name.utf8.elementsEqual(bytes) }) {
            self = known.framing
        } else if bytes.starts(with: "delim:".utf8) {
            guard let delimiter = Escapes.bytes(bytes.dropFirst(6)), !delimiter.isEmpty else { return nil }
            self = .delimiter(delimiter)
        } else if bytes.starts(with: "fixed:".utf8) {
            guard let size = Scan.size(Array(bytes.dropFirst(6))), size > 0 else { return nil }
            self = .fixed(size)
        } else {
            return nil
        }
    }

    /// What is wrong with the size or delimiter of a value that is none: of the whole, or of the part after a colon.
    static func complaint(_ bytes: [UInt8]) -> String? {
        let parts = [bytes[...]] + Escapes.bareColons(in: bytes).map { bytes[($0 + 1)...] }
        for part in parts {
            let name = part.prefix { $0 != UInt8(ascii: ":") }
            if name.elementsEqual("fixed".utf8) {
                return "fixed:SIZE needs a size of at least one byte, such as fixed:512"
            }
            if name.elementsEqual("delim".utf8) {
                return "delim:STRING needs a delimiter of at least one byte, with the escapes of printf(1)"
            }
        }
        return nil
    }
}

extension Framing: CustomStringConvertible {
    package var description: String {
        switch self {
        case .fixed(let size): "fixed:\(size)"
        // Of a single byte the order does not matter.
        case .lengthPrefix(width: 1, _): "u8"
        default: Self.named.first { $0.framing == self }?.name ?? delimiterText
        }
    }

    private var delimiterText: String {
        guard case .delimiter(let bytes) = self else { return "" }
        return "delim:" + Escapes.text(bytes)
    }
}

extension FramingPair: CustomStringConvertible {
    /// A value of `--frame`; nil for what is none. It is cut in two at its first colon with a framing on either
    /// side, and where there is no such colon it is one framing for both sides: `delim:a:u8` is a pair,
    /// `delim:a:b` one delimiter of three bytes. A colon after a backslash never cuts: `delim:a\:u8`.
    package init?(parsing bytes: [UInt8]) {
        for colon in Escapes.bareColons(in: bytes) {
            if let local = Framing(parsing: bytes[..<colon]),
                let socket = Framing(parsing: bytes[(colon + 1)...])
            {
                self.init(local: local, socket: socket)
                return
            }
        }
        guard let framing = Framing(parsing: bytes) else { return nil }
        self.init(local: framing, socket: framing)
    }

    package var description: String { local == socket ? "\(local)" : "\(local):\(socket)" }
}

extension ValueType<FramingPair> {
    package static let framing = ValueType(
        .framing,
        """
        a framing (none, line, crlf, nul, delim:STRING, fixed:SIZE, u8, u16be, u16le, u32be, u32le, u64be, \
        u64le, varint, http) or two with a colon between
        """
    ) { FramingPair(parsing: $0.bytes) }
}
