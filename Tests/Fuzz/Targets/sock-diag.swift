// Answers of NETLINK_SOCK_DIAG, and what is shown of the sockets in them.

import FoundationEssentials

@testable import Commands
@testable import Sockets

func target(_ input: inout Input) {
    let transport = input.element(of: Transport.allCases)
    let isVerbose = input.byte() & 1 == 1
    let datagram = input.remaining()
    var records: [SocketRecord] = []
    do throws(Errno) {
        use(try SocketDiagnostics.parse(datagram.span.bytes, sequence: 1, transport, into: &records))
    } catch {
        use(error.message)
    }
    guard !records.isEmpty else { return }
    let listing = SocketListing(sockets: records.map { SocketDescription($0, owners: nil) })
    let text = listing.text(TextStyle(isVerbose: isVerbose, columns: 80))
    check(TerminalEscaper.visible(text).utf8.count >= text.utf8.count, text)
    var writer = JSONLines()
    var lines: [UInt8] = []
    listing.json(&writer, to: &lines)
    for line in lines.split(separator: 0x0a) {
        let object = try? JSONDecoder().decode(AnyJSON.self, from: Data(line))
        check(object != nil, String(decoding: line, as: UTF8.self))
    }
}
