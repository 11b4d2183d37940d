// A PROXY header as events show it: its version, and what its TLVs say.

import Sockets

extension ProxyHeader.TLV {
    /// `PP2_TYPE_CRC32C`.
    static let crc32c: UInt8 = 3

    /// The names of proxy-protocol.txt, section 2.2.7; nil for others.
    var name: String? {
        switch type {
        case 0x01: "alpn"
        case 0x02: "authority"
        case Self.crc32c: "crc32c"
        case 0x04: "noop"
        case 0x05: "unique-id"
        case 0x20: "ssl"
        case 0x30: "netns"
        default: nil
        }
    }
}

extension ProxyHeader.TLV: Shaped {
    static let shape = Shape("tlv", "Something more that a PROXY header of version 2 says of a connection.")

    static func list(_ fields: inout some Fields<ProxyHeader.TLV>) {
        fields.add("type", "The number of its type.") { $0.type }
        fields.add("name", optional: "The name of its type, such as `authority`.") { $0.name }
        fields.text("content", base64: "content_base64", "What it says") { $0.value }
    }
}

extension ProxyHeader {
    /// What its TLVs say, as far as it is text: for people.
    var details: String {
        let known = tlvs.compactMap { tlv -> String? in
            guard let name = tlv.name, tlv.type != TLV.crc32c, tlv.type != 4 else { return nil }
            let isText = !tlv.value.isEmpty && tlv.value.allSatisfy { (0x20...0x7e).contains($0) }
            return isText
                ? "\(name) \(String(decoding: tlv.value, as: UTF8.self))"
                : "\(name) of \(tlv.value.count) bytes"
        }
        return (["PROXY \(version.rawValue)"] + (isLocal ? ["LOCAL"] : []) + known).joined(separator: ", ")
    }
}
