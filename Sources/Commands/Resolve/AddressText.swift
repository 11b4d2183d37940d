// `inet_aton`, `inet_ntoa`, `inet_pton` and `inet_ntop`: between the text of an address and its bytes.

import CommandSpec
import Sockets

struct InetATON: LookUp {
    static let function = "inet_aton"
    static let blocks = false

    private let isStrict: Bool

    init(_ arguments: Arguments, _ settings: Settings) { isStrict = arguments[Options.strict] }

    func answer(_ query: String) throws(Failure) -> AddressAnswer {
        let address = IPv4Address(aton: query)
        if let address, !isStrict || IPv4Address(query) != nil {
            return AddressAnswer(.hexadecimal, function: Self.function, query: query, .inet(address))
        }
        throw malformed(
            query, "it is not an IPv4 address", hint: address.map { "without --strict it stands for \($0)" })
    }
}

struct InetNTOA: LookUp {
    static let function = "inet_ntoa"
    static let blocks = false

    init(_ arguments: Arguments, _ settings: Settings) {}

    /// Four operands may be the four bytes of one address.
    static func queries(in operands: [Word]) -> [Word] {
        let words = operands.map(\.text)
        guard words.count == 4, IPv4Address(ntoa: words) != nil else { return operands }
        return [Word(words.joined(separator: " "))]
    }

    func answer(_ query: String) throws(Failure) -> AddressAnswer {
        guard let address = IPv4Address(ntoa: query.split(separator: " ").map(String.init)) else {
            throw malformed(
                query, "it is not an address as a number",
                hint: "written c0a80201, 0xc0a80201, 3232236033 or 192 168 2 1")
        }
        return AddressAnswer(.text, function: Self.function, query: query, .inet(address))
    }
}

struct InetPTON: LookUp {
    static let function = "inet_pton"
    static let blocks = false

    private let families: [AddressFamily]

    init(_ arguments: Arguments, _ settings: Settings) {
        families = settings.family.map { [$0] } ?? [.inet, .inet6]
    }

    func answer(_ query: String) throws(Failure) -> AddressAnswer {
        guard let address = families.lazy.compactMap({ AnyIPAddress(pton: query, family: $0) }).first else {
            let names = families.map { $0 == .inet ? "IPv4" : "IPv6" }.joined(separator: " or ")
            throw malformed(query, "it is not an \(names) address")
        }
        return AddressAnswer(.hexadecimal, function: Self.function, query: query, address)
    }
}

struct InetNTOP: LookUp {
    static let function = "inet_ntop"
    static let blocks = false

    init(_ arguments: Arguments, _ settings: Settings) {}

    func answer(_ query: String) throws(Failure) -> AddressAnswer {
        guard let address = Self.bytes(query).flatMap(AnyIPAddress.init(bytes:)) else {
            throw malformed(query, "it is neither 8 nor 32 hexadecimal digits")
        }
        return AddressAnswer(.text, function: Self.function, query: query, address)
    }

    private static func bytes(_ text: String) -> [UInt8]? {
        let digits = Array(text.hasPrefix("0x") ? text.dropFirst(2) : text[...])
        guard digits.allSatisfy({ $0.isASCII && $0.isHexDigit }), digits.count.isMultiple(of: 2) else {
            return nil
        }
        return stride(from: 0, to: digits.count, by: 2).compactMap {
            UInt8(String(digits[$0...$0 + 1]), radix: 16)
        }
    }
}

struct AddressAnswer: QueryAnswer {
    /// The bare value.
    enum Shown { case text, hexadecimal }

    let shown: Shown
    let function: String
    let query: String
    let address: AddressForms

    static let shape = Shape(
        answer: "answer", of: [.inetATON, .inetNTOA, .inetPTON, .inetNTOP], "An address.")

    static func list(_ fields: inout some Fields<AddressAnswer>) {
        fields.function()
        fields.query()
        fields.add("address", "The address in every form.") { AddressReport($0.address) }
    }

    init(_ shown: Shown, function: String, query: String, _ address: AnyIPAddress) {
        self.shown = shown
        self.function = function
        self.query = query
        self.address = AddressForms(address)
    }

    func text(_ style: TextStyle) -> String {
        let value = shown == .text ? address.address.description : address.hexadecimal
        return AnswerText.lines([value], style)
            + (style.isVerbose
                ? AnswerText.fields(address.fields(style).filter { $0.1 != value }, style) : "")
    }
}
