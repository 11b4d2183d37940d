// `sockctl info options`: the socket options there are.

import CommandSpec
import Sockets

struct OptionCatalog: Presentable {
    private let options: [SocketOption]

    /// - Parameter names: those of options or levels; all options for none.
    init(_ names: [String]) throws(Failure) {
        var options: [SocketOption] = []
        for name in names {
            let level = OptionLevel.all.first { $0.isNamed(name) }
            if let level {
                options += SocketOption.catalog.filter { $0.level == level }
            } else {
                options.append(try .found(name))
            }
        }
        self.options = names.isEmpty ? SocketOption.catalog : options
    }

    func text(_ style: TextStyle) -> String {
        var table = TextTable(
            columns: [
                .init(title: "level", folded: { $0 }), .init(title: "name"),
                .init(title: "type", folded: { $0 }),
                .init(title: ""), .init(title: "meaning", folded: { $0 }),
            ])
        for option in options {
            let access = (option.isReadable ? "r" : "-") + (option.isSettable ? "w" : "-")
            table.add(
                option.level.name, option.symbol, option.typeText, access + (option.disturbs ? "!" : ""),
                option.meaning)
        }
        return table.text(style)
    }

    func json(_ lines: inout JSONLines, to output: inout [UInt8]) {
        for option in options { lines.append(option, to: &output) }
    }
}

extension SocketOption: Shaped {
    static let shape = Shape(answer: "option", of: [.infoOptions], "A socket option.")

    static func list(_ fields: inout some Fields<SocketOption>) {
        fields.add("level", "Its level, such as `SOL_SOCKET`.") { $0.level.name }
        fields.add("level_number", "The level's number.") { $0.level.number }
        fields.add("name", "Its symbol.") { $0.symbol }
        fields.add("number", "Its number.") { $0.number }
        fields.add("type", "The type of its value.") { $0.type.name }
        fields.add("unit", optional: "What a number counts.") { $0.type.unit?.rawValue }
        fields.add("readable", "Whether `getsockopt(2)` knows it.") { $0.isReadable }
        fields.add("settable", "Whether `setsockopt(2)` knows it.") { $0.isSettable }
        fields.add("disturbs", "Whether reading it changes the socket.") { $0.disturbs }
        fields.add("meaning", "What it is for.") { $0.meaning }
    }
}

extension SocketOption {
    /// `int (bytes)`
    fileprivate var typeText: String { type.unit.map { "\(type.name) (\($0.rawValue))" } ?? type.name }
}

extension OptionLevel {
    /// By its symbol, with or without what all begin with, in any case: `IPPROTO_TCP`, `tcp`, `socket`.
    fileprivate func isNamed(_ text: String) -> Bool {
        let text = text.uppercased()
        return name == text || name.split(separator: "_").last.map(String.init) == text
    }
}
