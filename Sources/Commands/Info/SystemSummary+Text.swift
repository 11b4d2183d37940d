// The summary of a system as a page of text.

import Sockets

extension SystemSummary: Document {
    func text(_ style: TextStyle) -> String {
        let blocks = [kinds(style), owners(style), figures(style), conspicuous(style)]
        return blocks.filter { !$0.isEmpty }.joined(separator: "\n")
    }

    private func kinds(_ style: TextStyle) -> String {
        var card = Card()
        card.add("sockets", "\(count)")
        for kind in protocols {
            let states = kind.states.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
                .map { "\($0.value) \($0.key)" }.joined(separator: ", ")
            card.add(kind.name, "\(kind.count)" + (states.isEmpty ? "" : ": " + states))
        }
        return card.text(style)
    }

    /// Of more names than these only the number is told.
    private static let shownNames = 10

    private func owners(_ style: TextStyle) -> String {
        var card = Card(indent: 2)
        let shown = style.isVerbose ? processes[...] : processes.prefix(Self.shownNames)
        for entry in shown {
            card.add(TerminalEscaper.line(entry.name), entry.text)
        }
        let rest = processes.dropFirst(shown.count)
        if !rest.isEmpty {
            let names = rest.count == 1 ? "1 other name" : "\(rest.count) other names"
            card.add("(more)", "\(Self.sockets(rest.reduce(0) { $0 + $1.count })), \(names); -v shows all")
        }
        if unowned > 0 { card.add("(no process)", Self.sockets(unowned)) }
        if let hiddenReason { card.add("(hidden)", "\(Self.sockets(hidden)): \(hiddenReason)", .warning) }
        return card.facts.isEmpty ? "" : style.paint("processes", .heading) + "\n" + card.text(style)
    }

    private func figures(_ style: TextStyle) -> String {
        guard let network else { return "" }
        var card = Card(indent: 2)
        if let sent = network.segmentsSent, let again = network.segmentsRetransmitted {
            let share = sent > 0 ? " (\(Statistics.percent(min(1, Double(again) / Double(sent)))))" : ""
            card.add("TCP", "\(String(sent).with(.segments)) sent, \(again) retransmitted\(share)")
        }
        if let overflows = network.listenOverflows, let drops = network.listenDrops {
            card.add(
                "listeners",
                "accept queue full \(overflows == 1 ? "once" : "\(overflows) times"), "
                    + "\(drops) dropped", drops > 0 ? .warning : nil)
        }
        if let errors = network.receiveBufferErrors {
            card.add(
                "UDP", "\(errors) dropped because a receive buffer was full", errors > 0 ? .warning : nil)
        }
        if let ports = network.ports {
            card.add(
                "ports", "\(ports.lowerBound)-\(ports.upperBound) for outgoing connections: \(ports.count)")
        }
        let title = "counted by the kernel"
        return card.facts.isEmpty ? "" : style.paint(title, .heading) + "\n" + card.text(style)
    }

    private func conspicuous(_ style: TextStyle) -> String {
        if findings.isEmpty { return "nothing conspicuous\n" }
        return style.paint("worth a look", .heading) + "\n"
            + findings.map { text(of: $0, style) }.joined()
    }

    private func text(of finding: Finding, _ style: TextStyle) -> String {
        func lines(_ text: String, _ lead: String, _ role: TextStyle.Role? = nil) -> String {
            let width = style.columns.map { max(16, $0 - lead.count) } ?? .max
            return Card.wrap(TerminalEscaper.line(text), to: width).enumerated().map { index, line in
                (index == 0 ? lead : String(repeating: " ", count: lead.count)) + style.paint(line, role)
                    + "\n"
            }.joined()
        }
        var text = lines(finding.text, finding.isWarning ? "! " : "- ", finding.isWarning ? .warning : nil)
        // Of many connections it is their owner that matters.
        for entry in finding.processes { text += lines("\(entry.name): \(entry.text)", "    ") }
        let all = finding.processes.isEmpty || style.isVerbose ? finding.sockets[...] : []
        let shown = style.isVerbose ? all : all.prefix(Finding.shown)
        for (socket, note) in shown {
            let parts = [socket.title, note, socket.ownerText]
            text += lines(parts.filter { !$0.isEmpty }.joined(separator: ", "), "    ")
        }
        if all.count > shown.count { text += "    and \(all.count - shown.count) more\n" }
        // It is to be pasted: where it is too long, the terminal breaks it, and not we.
        return text + "  \(finding.commandLine)\n"
    }

    private static func sockets(_ count: Int) -> String { count == 1 ? "1 socket" : "\(count) sockets" }
}
