// An address in every form: as text, in hexadecimal, in bytes, as a number, and what it is for.

import Sockets

/// What an address is for, `loopback (127.0.0.0/8, RFC 1122)`.
struct AddressMeaning {
    let `class`: String
    let block: String?
    let rfc: Int?

    init(_ address: AnyIPAddress) {
        let special = address.special
        `class` = special?.name ?? "global"
        block = special?.block
        rfc = special?.rfc
    }

    /// The class, with the block and the RFC where there is room for all.
    func text(_ style: TextStyle) -> String {
        guard style.isVerbose, let block, let rfc else { return `class` }
        return "\(`class`) (\(block), RFC \(rfc))"
    }
}

/// An address without a port.
struct AddressForms {
    let address: AnyIPAddress
    let meaning: AddressMeaning

    init(_ address: AnyIPAddress) {
        self.address = address
        meaning = AddressMeaning(address)
    }

    /// Two digits for each byte.
    var hexadecimal: String {
        address.bytes.map { String(String(0x100 | Int($0), radix: 16).dropFirst()) }.joined()
    }

    /// An IPv4 address as a number.
    var number: UInt32? { if case .inet(let address) = address { address.number } else { nil } }

    /// Every form by its name, for text.
    func fields(_ style: TextStyle) -> [(String, String)] {
        [
            ("address", address.description), ("hex", hexadecimal),
            ("bytes", address.bytes.map(String.init).joined(separator: " ")),
        ] + (number.map { [("number", String($0))] } ?? []) + [("class", meaning.text(style))]
    }
}
