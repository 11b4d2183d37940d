// `struct hostent`, `struct servent` and `struct protoent`, copied out of memory that libc filled.

import Glibc

@testable import Sockets

func target(_ input: inout Input) {
    let choice = input.byte() % 3
    let number = Int32(truncatingIfNeeded: input.number(UInt16.self))
    let length = Int32(input.byte() % 24)
    let isNameless = input.byte() & 1 == 1
    var strings: [UnsafeMutablePointer<CChar>?] = []
    let texts = input.remaining().split(separator: 0, maxSplits: 20, omittingEmptySubsequences: false)
    for text in texts {
        let memory = UnsafeMutablePointer<CChar>.allocate(capacity: text.count + 1)
        for (index, byte) in text.enumerated() { memory[index] = byte == 0 ? 1 : CChar(bitPattern: byte) }
        memory[text.count] = 0
        strings.append(memory)
    }
    defer { for string in strings { string?.deallocate() } }
    let name = isNameless ? nil : strings.first ?? nil
    // The longer texts are addresses as well.
    var addresses = strings.indices.filter { texts[$0].count >= Int(length) }.map { strings[$0] } + [nil]
    var aliases = strings + [nil]

    aliases.withUnsafeMutableBufferPointer { aliases in
        addresses.withUnsafeMutableBufferPointer { addresses in
            switch choice {
            case 0:
                let host = HostEntry(
                    hostent(
                        h_name: name, h_aliases: isNameless ? nil : aliases.baseAddress, h_addrtype: AF_INET,
                        h_length: length, h_addr_list: addresses.baseAddress))
                check(host.aliases.count == (isNameless ? 0 : texts.count), "\(host)")
                check(
                    host.addresses.count == (length == 4 || length == 16 ? addresses.count - 1 : 0), "\(host)"
                )
            case 1:
                let service = ServiceEntry(
                    servent(s_name: name, s_aliases: aliases.baseAddress, s_port: number, s_proto: name))
                check(service.port == UInt16(bigEndian: UInt16(truncatingIfNeeded: number)), "\(service)")
            default:
                let entry = ProtocolEntry(
                    protoent(p_name: name, p_aliases: aliases.baseAddress, p_proto: number))
                check(entry.number == number && entry.aliases.count == texts.count, "\(entry)")
            }
        }
    }
}
