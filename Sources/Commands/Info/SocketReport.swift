// All about one socket, as text: what matters as a card, or with `--verbose` what it is, its options level by level,
// TCP_INFO and memory.

import Sockets

struct SocketReport: Presentable {
    let socket: SocketDescription
    /// What is spoken over it, where that is TLS.
    var tls: TLSReport.Facts?
    /// Whether nothing was shown before; otherwise a blank line sets the text off.
    var isFirst = true

    func json(_ lines: inout JSONLines, to output: inout [UInt8]) {
        lines.append(SocketObject(socket, tls: tls), to: &output)
    }

    func text(_ style: TextStyle) -> String {
        (isFirst ? "" : "\n")
            + (style.isVerbose
                ? (tls?.card.text(style) ?? "") + everything(style) : SocketCard(socket, tls).text(style))
    }

    private func everything(_ style: TextStyle) -> String {
        var text = facts.text(style)
        for level in OptionLevel.all {
            let options = (socket.options ?? []).filter { $0.option.level == level }
            if options.isEmpty { continue }
            text += section(level.name, style) {
                for reading in options {
                    $0.append(
                        (reading.option.symbol, reading.text, reading.option.meaning))
                }
            }
        }
        if let info = socket.tcpInfo {
            text += section("TCP_INFO", style) {
                for field in TCPInfo.fields {
                    guard let value = info[field] else { continue }
                    let unit = if case .number = value { field.unit } else { Unit?.none }
                    $0.append((field.name, value.description.with(unit), field.meaning))
                }
            }
        }
        if case .record(let fields) = socket.memory {
            text += section("memory (SO_MEMINFO)", style) {
                for field in fields {
                    let unit: Unit = field.name == "drops" ? .packets : .bytes
                    $0.append((field.name, String(field.value).with(unit), ""))
                }
            }
        }
        if !socket.withheld.isEmpty {
            text += section("not read", style) {
                for option in socket.withheld { $0.append((option.option.symbol, option.reason, "")) }
            }
        }
        return text
    }

    private typealias Line = (name: String, value: String, meaning: String)

    /// What it is, a line for each fact.
    private var facts: TextTable {
        var table = TextTable(columns: [.init(title: ""), .init(title: "")])
        func add(_ name: String, _ value: String?) {
            if let value { table.add(name, value) }
        }
        add("descriptor", socket.descriptor.map { "\($0)" })
        if case .known(let owners) = socket.owners {
            for owner in owners { add("owner", "\(owner.name) pid=\(owner.pid) fd=\(owner.descriptor)") }
        }
        add("family", socket.kind.familyName)
        add("type", socket.kind.typeName)
        add("protocol", socket.kind.protocolName)
        add("local address", socket.localText ?? socket.foreign?.local.description)
        add("peer address", socket.peerText ?? socket.foreign?.peer?.description)
        add("listening", socket.state == .listen ? "yes" : "no")
        add("state", socket.state?.name)
        add("accept queue", socket.acceptQueue.map { String($0).with(.connections) })
        add("backlog", socket.backlog.map { String($0).with(.connections) })
        add("receive queue", socket.receiveQueue.map { String($0).with(.bytes) })
        add("send queue", socket.sendQueue.map { String($0).with(.bytes) })
        add("not sent", socket.notSent.map { String($0).with(.bytes) })
        add("pending error", socket.hasPendingError.map { $0 ? "yes, not cleared" : "no" })
        add("inode", "\(socket.inode)")
        add("cookie", socket.cookie.map { "\($0)" })
        add("only as listed", socket.limitation)
        return table
    }

    private func section(_ title: String, _ style: TextStyle, _ fill: (inout [Line]) -> Void) -> String {
        var lines: [Line] = []
        fill(&lines)
        var table = TextTable(
            columns: [
                .init(title: ""), .init(title: ""), .init(title: "", folded: { $0 }, role: { _ in .faint }),
            ],
            indent: 2)
        for line in lines { table.add(line.name, line.value, line.meaning) }
        return "\n" + style.paint(title, .heading) + "\n" + table.text(style)
    }
}

extension OptionReading {
    /// The value for a reader, with its unit.
    var text: String {
        if let name = option.name(of: value) { return name }
        return switch value {
        case .bool(let isOn): isOn ? "on" : "off"
        case .linger(true, let seconds): String(seconds).with(.seconds)
        // It stands for off, or for what the system does by itself.
        case .int(let number) where number < 0: value.description
        case .int, .unsigned: value.description.with(option.type.unit)
        case .text(""): "\"\""
        default: value.description
        }
    }
}

extension String {
    /// The number with its unit; one that just says what the number stands for is left to the meaning.
    func with(_ unit: Unit?) -> String {
        switch unit {
        case nil, .interfaceIndex, .bits: self
        case .bytes, .segments, .packets, .hops, .connections, .instructions:
            self + " " + (unit?.rawValue.dropLast(self == "1" ? 1 : 0) ?? "")
        case let unit?: "\(self) \(unit.rawValue)"
        }
    }
}
