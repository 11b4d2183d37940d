// `sockctl info options`: the socket options there are.

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
                .init(title: "level"), .init(title: "name"), .init(title: "type"), .init(title: ""),
                .init(title: "meaning"),
            ], foldsLast: true)
        for option in options {
            let access = (option.isReadable ? "r" : "-") + (option.isSettable ? "w" : "-")
            table.add(
                option.level.name, option.symbol, option.typeText, access + (option.disturbs ? "!" : " "),
                option.meaning)
        }
        return table.text(style)
    }

    func json(_ lines: JSONLines) -> [UInt8] {
        var writer = JSONWriter()
        for option in options {
            writer.line { writer in
                writer.field("disturbs", option.disturbs)
                writer.field("level", option.level.name)
                writer.field("level_number", option.level.number)
                writer.field("meaning", option.meaning)
                writer.field("name", option.symbol)
                writer.field("number", option.number)
                writer.field("readable", option.isReadable)
                writer.field("settable", option.isSettable)
                writer.field("type", option.type.name)
                writer.field("unit", option.type.unit?.rawValue)
            }
        }
        return writer.bytes
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
