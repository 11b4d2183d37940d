// The values that an option can be set to, where they are a few that can be listed.

extension SocketOption {
    /// A value as it is typed.
    package struct Choice: Hashable, Sendable {
        package let text: String
        package let meaning: String
    }

    /// All of them, or none where there are too many: what is on or off, what has names, and what this kernel offers.
    package var choices: [Choice] {
        switch type {
        case .bool: return [Choice(text: "on", meaning: ""), Choice(text: "off", meaning: "")]
        case .rate: return [Choice(text: "unlimited", meaning: "")]
        case .linger: return [Choice(text: "off", meaning: "")]
        case .string:
            return Self.offered[symbol].map(Self.words)?.map { Choice(text: $0, meaning: "") } ?? []
        default:
            return namedValues.map { Choice(text: "\($0.number)", meaning: $0.name) }
        }
    }

    /// Where the kernel lists what it offers.
    private static let offered = [
        "TCP_CONGESTION": "/proc/sys/net/ipv4/tcp_available_congestion_control",
        "TCP_ULP": "/proc/sys/net/ipv4/tcp_available_ulp",
    ]

    private static func words(of path: String) -> [String] {
        guard let text = try? OwnedDescriptor.contents(of: path) else { return [] }
        return String(decoding: text, as: UTF8.self).split { $0 == " " || $0 == "\n" }.map(String.init)
    }
}
