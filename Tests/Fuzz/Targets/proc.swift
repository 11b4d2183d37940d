// What is read in /proc: directories, links, tables.

import Glibc

@testable import Sockets

func target(_ input: inout Input) {
    let choice = input.byte() % 6
    let bytes = input.remaining()
    switch choice {
    case 0:
        var count = 0
        try? NumberedDirectory.forEachNumber(in: bytes.span.bytes) { number in
            check(number >= 0, "\(number)")
            count += 1
        }
        check(count <= bytes.count / 20, "\(count) entries")
    case 1:
        guard let inode = socketLinkInode(bytes.span.bytes) else { return }
        let digits = bytes.dropFirst(8).dropLast()
        check(UInt64(String(decoding: digits, as: UTF8.self)) == inode, "\(inode)")
    case 2, 3:
        let text = String(decoding: bytes, as: UTF8.self)
        let record = SocketRecord(
            table: text, transport: Transport.allCases[bytes.count % Transport.allCases.count],
            family: choice == 2 ? AF_INET : AF_INET6)
        use(record?.local?.description)
        use(record?.peer?.description)
    case 4:
        let record = SocketRecord(unixTable: bytes[...])
        use(record?.local?.description)
    default:
        let status = ProcessStatus(parsing: bytes)
        check((status?.users.count ?? 0) <= 3, "more than three users")
    }
}
