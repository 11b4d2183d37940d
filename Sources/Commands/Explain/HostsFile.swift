// Whether /etc/hosts has a name with an address: hosts(5). That is a fact, whoever has answered the look-up.

import Sockets

enum HostsFile {
    /// Whether the file that look-ups here read has the name with this address.
    /// - Parameter files: those of the network namespace, where it has some of its own.
    static func has(_ name: String, with address: AnyIPAddress, _ files: NameServiceFiles?) -> Bool {
        addresses(of: name, in: LookUpFile("hosts", files).bytes).contains(address)
    }

    /// The addresses that lines of the file give to a name.
    static func addresses(of name: String, in text: [UInt8]) -> [AnyIPAddress] {
        let name = name.lowercased()
        return text.split(separator: UInt8(ascii: "\n")).compactMap { line in
            let line = line.prefix { $0 != UInt8(ascii: "#") }
            let words = line.split { [0x20, 0x09, 0x0d].contains($0) }
                .map { String(decoding: $0, as: UTF8.self) }
            guard let first = words.first, words.dropFirst().contains(where: { $0.lowercased() == name })
            else { return nil }
            return AnyIPAddress(first)
        }
    }
}
