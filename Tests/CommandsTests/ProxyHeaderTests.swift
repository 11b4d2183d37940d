// Headers of the PROXY protocol, written and read.

import CommandSpec
import Sockets
import Testing

@testable import Commands

private func address(_ text: String) -> SocketAddress {
    if text.hasPrefix("unix:@") { return .unix(.abstract(Array(text.dropFirst(6).utf8))) }
    if text.hasPrefix("unix:") {
        return .unix(text == "unix:" ? .unnamed : .path(Array(text.dropFirst(5).utf8)))
    }
    let colon = text.lastIndex(of: ":")!
    let host = AnyIPAddress(text[..<colon].filter { $0 != "[" && $0 != "]" })!
    return host.with(port: UInt16(text[text.index(after: colon)...])!)
}

private func header(
    _ version: ProxyHeader.Version, _ source: String? = nil, _ destination: String? = nil
) -> ProxyHeader {
    ProxyHeader(
        version: version,
        ends: source.flatMap { source in
            destination.map { .init(source: address(source), destination: address($0)) }
        })
}

@Suite struct ProxyHeaderTests {
    @Test(
        arguments: [
            ("192.0.2.1:5000", "192.0.2.2:80", "PROXY TCP4 192.0.2.1 192.0.2.2 5000 80\r\n"),
            ("[2001:db8::1]:1", "[::1]:65535", "PROXY TCP6 2001:db8::1 ::1 1 65535\r\n"),
            ("192.0.2.1:1", "[::1]:2", "PROXY TCP6 ::ffff:192.0.2.1 ::1 1 2\r\n"),
            ("[::1]:2", "192.0.2.1:1", "PROXY TCP6 ::1 ::ffff:192.0.2.1 2 1\r\n"),
            ("unix:", "192.0.2.1:1", "PROXY UNKNOWN\r\n"), ("unix:/a", "unix:/b", "PROXY UNKNOWN\r\n"),
            (nil, nil, "PROXY UNKNOWN\r\n"),
        ] as [(String?, String?, String)])
    func lines(_ source: String?, _ destination: String?, _ line: String) {
        #expect(String(decoding: header(.v1, source, destination).bytes, as: UTF8.self) == line)
    }

    /// As haproxy's proxy-protocol.txt has them, section 2.2.
    @Test func binary() {
        let start: [UInt8] = Array("\r\n\r\n\0\r\nQUIT\n".utf8)
        let four: [UInt8] = start + [0x21, 0x11, 0, 12, 192, 0, 2, 1, 192, 0, 2, 2, 1, 2, 0, 80]
        #expect(header(.v2, "192.0.2.1:258", "192.0.2.2:80").bytes == four)
        #expect(header(.v2).bytes == start + [0x21, 0, 0, 0])
        let six = header(.v2, "[::1]:1", "[::2]:2").bytes
        #expect(six.prefix(16) == start + [0x21, 0x21, 0, 36] && six.count == 52)
        let unix = header(.v2, "unix:/a", "unix:@b").bytes
        #expect(unix.prefix(19) == start + [0x21, 0x31, 0, 216, 0x2f, 0x61, 0] && unix.count == 232)
        #expect(unix[124...126] == [0, 0x62, 0])
    }
}
