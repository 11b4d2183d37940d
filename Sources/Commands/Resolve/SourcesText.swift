// The answer of `resolve --sources` as text: what libc says, a table of the sources, and facts below it.

import Sockets

struct SourcesText {
    let answer: SourcesAnswer
    let style: TextStyle

    var text: String {
        var text = style.paint(style.safe(answer.query), .heading) + "\n" + head.text(style)
        if !answer.sources.isEmpty { text += table.text(style) }
        return text + facts.text(style)
    }

    private var head: Card {
        var card = Card(indent: 2)
        var found = answer.addresses.map(\.description)
        if found.isEmpty { found = [answer.name].compactMap(\.self) + answer.aliases }
        if let failure = answer.failure {
            card.add("answer", failure.message + (failure.code.map { " (\($0))" } ?? ""), .bad)
        } else {
            card.add("answer", found.joined(separator: ", "), .good)
        }
        // Of an address it is the answer.
        if style.isVerbose, !answer.addresses.isEmpty { card.add("name", answer.name) }
        let time = answer.time.map { "in \(Statistics.text($0))" }
        card.add("from", [answer.taken ?? "no source", time].compactMap(\.self).joined(separator: ", "))
        if answer.isExplained == false {
            card.add(
                "not sure",
                "the sources alone said otherwise: an answer has changed, or nscd has one in its cache",
                .warning)
        }
        card.add("hosts", answer.configuration + " (\(answer.configurationFile ?? "built into libc"))")
        return card
    }

    /// Whether there is no room for the reasons beside the rest of the table.
    private var isNarrow: Bool {
        let sources = answer.sources
        let width = (sources.map(\.name.count).max() ?? 0) + (sources.map(\.reason.count).max() ?? 0)
        return (style.columns ?? .max) < width + Self.otherColumns
    }

    /// What status, time and the spaces between take.
    private static let otherColumns = 26

    private var table: TextTable {
        let isNarrow = isNarrow
        var table = TextTable(
            columns: [
                .init(title: "source"),
                .init(title: "said", role: { $0 == NameServiceStatus.success.rawValue ? .good : .warning }),
                .init(title: "time", isRight: true),
            ] + (isNarrow ? [] : [.init(title: "why")]))
        table.indent = 2
        for source in answer.sources {
            let cells = [
                source.name, source.status?.rawValue ?? "no answer", source.time.map(Statistics.text) ?? "-",
            ]
            var found = source.addresses.map(\.description)
            if found.isEmpty { found = [source.canonicalName].compactMap(\.self) + source.aliases }
            var notes = isNarrow ? [source.reason] : []
            if !found.isEmpty { notes.append(found.joined(separator: ", ")) }
            let width = style.columns.map { $0 - Self.noteMargin } ?? .max
            table.add(
                cells + (isNarrow ? [] : [source.reason]),
                notes: notes.flatMap { Card.wrap(TerminalEscaper.line($0), to: width) })
        }
        return table
    }

    /// Where the table has what stands below a row.
    private static let noteMargin = 6

    private var facts: Card {
        var card = Card(indent: 2)
        for (index, order) in answer.order.enumerated() {
            card.add(index == 0 ? "order" : "", order.text(sources: style.isVerbose))
        }
        if let differences = answer.differences {
            card.add("gethostbyname", differences.text)
            card.add("AI_ADDRCONFIG", differences.configuredText)
        }
        if let dns = answer.dns {
            let list = { (words: [String]) in words.joined(separator: ", ") }
            let origin = list([dns.file ?? "no resolv.conf"] + dns.variables)
            card.add("dns servers", list(dns.configuration.servers.map(\.description)) + " (\(origin))")
            card.add("dns search", list(dns.configuration.search))
            card.add("dns options", dns.options)
            card.add("dns names", list(dns.names))
            card.add("not known", "TTL, and which server answered: libc does not tell")
        }
        return card
    }
}
