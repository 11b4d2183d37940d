// An operand that may name a port or a service after a colon: `localhost:http`, `[::1]:80`, `::1`, `:http`.

import Sockets

struct HostAndPort: Equatable {
    let host: String?
    let port: String?

    init(_ text: String) {
        if text.hasPrefix("["), let end = text.firstIndex(of: "]") {
            let rest = text[text.index(after: end)...]
            if rest.isEmpty || rest.hasPrefix(":") {
                host = String(text[..<end].dropFirst())
                port = rest.isEmpty ? nil : String(rest.dropFirst())
                return
            }
        }
        let parts = text.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
        // More than one colon is an IPv6 address.
        let isSplit = parts.count == 2
        host = isSplit ? parts[0].isEmpty ? nil : String(parts[0]) : text
        port = isSplit ? String(parts[1]) : nil
    }
}
