// A value that each option could be set to, for a message that has to show one.

extension SocketOption {
    /// `SO_RCVBUF=64k`: an assignment that is understood.
    package var example: String { "\(symbol)=\(exampleValue)" }

    private var exampleValue: String {
        switch type {
        case .bool: "on"
        case .int(let unit), .unsigned(let unit), .uint64(let unit), .networkInt(let unit): number(unit)
        case .rate: "10M"
        case .portRange: "40000-49999"
        case .linger, .timeval: "5"
        case .string: text
        case .bytes: "00"
        case .groups: "0"
        case .record(let names): names.map { $0 + "=0" }.joined(separator: ",")
        case .ipv4Address: "192.0.2.1"
        case .membership: level == .ip ? "239.1.2.3" : "ff15::1%lo"
        case .credentials, .socketAddress, .pathMTU, .tcpInfo, .length, .unknown: "1"
        }
    }

    private func number(_ unit: Unit?) -> String {
        switch unit {
        case .bytes where symbol.contains("SEG") || symbol.contains("MTU"): "1400"
        case .bytes: "64k"
        case .seconds: "30"
        case .milliseconds: "500"
        case .hops: "64"
        default: "1"
        }
    }

    private var text: String {
        switch self {
        case .bindToDevice: "eth0"
        case .congestionControl: "cubic"
        default: "tls"
        }
    }
}
