// A proxy, and what is beyond it, played by the test: it hears what it is asked for, answers, and goes on as the endpoint.

import Foundation
import Testing

enum ProxyKind: String, CaseIterable, CustomTestStringConvertible {
    case socks5, http

    var testDescription: String { rawValue }

    /// What the answer is where it is yes.
    var consent: Data {
        switch self {
        case .socks5: Data([5, 0, 0, 1, 10, 0, 0, 1, 0, 9])
        case .http: Data("HTTP/1.1 200 Connection established\r\nVia: test\r\n\r\n".utf8)
        }
    }

    func url(_ place: Place, _ user: String = "") -> String { "\(rawValue)://\(user)\(place)" }
}

extension Peer {
    /// Hears what a proxy is asked for: a name and a port.
    func hearRequest(_ kind: ProxyKind) throws -> String {
        switch kind {
        case .socks5:
            let greeting = Array(try receive(2))
            guard greeting.count == 2, greeting[0] == 5 else { throw Unexpected("no greeting: \(greeting)") }
            let methods = Array(try receive(Int(greeting[1])))
            if methods.contains(2) {
                try send(Data([5, 2]))
                let user = try text(Int(Array(try receive(2))[1]))
                let password = try text(Int(Array(try receive(1))[0]))
                try send(Data([1, user == "me" && password == "secret" ? 0 : 1]))
            } else {
                try send(Data([5, 0]))
            }
            let start = Array(try receive(5))
            guard start.count == 5, start.prefix(4) == [5, 1, 0, 3] else { throw Unexpected("asks \(start)") }
            let name = try text(Int(start[4]))
            let port = Array(try receive(2))
            return "\(name):\(Int(port[0]) << 8 | Int(port[1]))"
        case .http:
            var head = ""
            while !head.hasSuffix("\r\n\r\n") {
                let byte = try text(1)
                guard !byte.isEmpty else { throw Unexpected("cut off: \(head)") }
                head += byte
            }
            guard let words = head.firstMatch(of: /^CONNECT (\S+) HTTP\/1.1\r\n/) else {
                throw Unexpected("asks \(head)")
            }
            return String(words.output.1)
        }
    }

    private func text(_ count: Int) throws -> String { try receiveText(count) }
}
